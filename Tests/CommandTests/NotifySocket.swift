import Glibc
import Synchronization

/// Stands in for systemd: the datagram socket that `$NOTIFY_SOCKET` names.
///
/// Read all the while by a thread of its own, as systemd does: the kernel keeps about ten datagrams, and what comes
/// after them is lost.
final class NotifySocket: Sendable {
    let path: String
    private let inbox: Inbox

    /// `path` must fit a socket's address, about 100 bytes.
    init(path: String) throws {
        self.path = path
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard code == 0 else { throw NotBound(code: errno) }
        inbox = Inbox(descriptor: descriptor)
        var thread = pthread_t()
        pthread_create(&thread, nil, readInbox, Unmanaged.passRetained(inbox).toOpaque())
        pthread_detach(thread)
    }

    deinit {
        inbox.close()
        unlink(path)
    }

    /// What has come so far and was not asked for yet, in order.
    func received() -> [String] { inbox.take() }

    struct NotBound: Error { let code: Int32 }
}

/// Top level, so that it inherits no actor.
private func readInbox(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Inbox>.fromOpaque(context).takeRetainedValue().readUntilClosed() }
    return nil
}

private final class Inbox: Sendable {
    private struct State {
        var texts: [String] = []
        var isClosed = false
    }
    private let descriptor: Int32
    private let state = Mutex(State())

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { _ = Glibc.close(descriptor) }

    func close() { state.withLock { $0.isClosed = true } }

    func readUntilClosed() {
        while !state.withLock(\.isClosed) {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&wanted, 1, 100) > 0 { state.withLock { drain(into: &$0.texts) } }
        }
    }

    func take() -> [String] {
        state.withLock { state in
            drain(into: &state.texts)
            defer { state.texts = [] }
            return state.texts
        }
    }

    private func drain(into texts: inout [String]) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0 { return }
            texts.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}
