internal import CLinux
internal import Synchronization

extension File {
    /// How many files are synced at once.
    private static let lanes = 16

    /// Makes the content and metadata of many files durable.
    ///
    /// An fsync(2) of a file whose writing has ended still flushes the disk's own cache, which is most of its price; the
    /// kernel joins the flushes that are asked for at the same time. So all are written out at once, and synced by
    /// several threads.
    ///
    /// - Throws: ``FileError``, the first that failed.
    package static func sync(_ files: [File]) throws(FileError) {
        let lanes = min(Self.lanes, files.count)
        guard lanes > 1 else {
            for file in files { try file.sync() }
            return
        }
        // Only a wish: what fails here fails again in the fsync.
        for file in files { _ = linux_start_writeback(file.descriptor) }
        let round = Round(files)
        let others = (1..<lanes).count { _ in
            HostThread.start(name: "fsync") {
                round.work()
                round.ended.signal()
            }
        }
        round.work()
        for _ in 0..<others { round.ended.wait() }
        if let failure = round.failure.withLock({ $0 }) { throw failure }
    }

    private final class Round: Sendable {
        private let files: [File]
        private let next = Atomic(0)
        let failure = Mutex<FileError?>(nil)
        let ended = Semaphore()

        init(_ files: [File]) { self.files = files }

        func work() {
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < files.count else { return }
                do throws(FileError) { try files[index].sync() } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
    }
}
