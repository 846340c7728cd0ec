internal import CLinux
internal import Glibc
internal import Synchronization

/// Answers `GET` of one path over plain HTTP/1.1, on this machine only: metrics for whoever scrapes them.
///
/// One thread, ``clientLimit`` clients, a request of ``requestLimit`` bytes, ``patience`` for each client. When one more
/// comes, the oldest goes: who is slow on purpose holds up nobody.
package final class AnswerListener: Sendable {
    static let clientLimit = 16
    static let requestLimit = 4 << 10
    /// From the accepted connection to its end, in milliseconds.
    static let patience = 5_000

    /// Where it listens; with the port that the system gave where 0 was asked for.
    package let address: AnswerAddress
    /// The socket's file; nil where it has none.
    private let file: FileFacts?
    /// Written to when the thread is to end.
    private let bell: Int32
    private let isClosed = Atomic(false)

    /// Listens from now on.
    ///
    /// - Parameters:
    ///   - address: where.
    ///   - path: which is answered, `/metrics`.
    ///   - type: the answer's media type.
    ///   - answer: makes the answer, on the listener's own thread: it must not wait.
    /// - Throws: ``FileError``; its code is `addressInUse` where somebody else listens there.
    package init(
        _ address: AnswerAddress, path: String, type: String, answer: @escaping @Sendable () -> String
    ) throws(FileError) {
        let (listening, bound, file) = try ListeningSocket.open(address)
        var ends: [Int32] = [-1, -1]
        guard linux_pipe2(&ends, O_CLOEXEC) == 0 else {
            let code = SystemErrorCode.last
            Glibc.close(listening)
            throw FileError(action: "listen on", path: "\(address)", code: code)
        }
        self.address = bound
        self.file = file
        bell = ends[1]
        let (ear, page) = (ends[0], AnswerPage(path: path, type: type, text: answer))
        let isStarted = HostThread.start(name: "metrics") {
            var loop = AnswerLoop(listening: listening, ear: ear, page: page)
            loop.run()
            Glibc.close(listening)
            Glibc.close(ear)
        }
        guard isStarted else {
            for descriptor in [listening, ear] { Glibc.close(descriptor) }
            throw FileError(action: "listen on", path: "\(address)", code: .wouldBlock)
        }
    }

    deinit {
        close()
        Glibc.close(bell)
    }

    /// Stops listening. Who is being answered is cut off.
    package func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        // First the name, so that a successor may take it at once. What came in its place meanwhile is not ours.
        if case .unix(let path) = address, let file,
            (try? FileSystem.facts(of: path))?.isSameFile(as: file) == true
        {
            unlink(path)
        }
        var byte: UInt8 = 0
        _ = write(bell, &byte, 1)
    }
}
