internal import Glibc

/// An AF_UNIX datagram socket that sends and never waits for long.
final class DatagramSocket: Sendable {
    private let descriptor: Int32

    /// Nil where the system gives none; errno says why.
    init?() {
        let flags = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, flags, 0)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Sends one datagram; `@` at the start of `path` means the abstract namespace.
    ///
    /// A full queue is waited for, a tenth of a second at most.
    ///
    /// - Returns: why not.
    func send(_ bytes: [UInt8], to path: String) -> SystemErrorCode? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard !name.isEmpty, name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            return .nameTooLong
        }
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: name)
            if name[0] == UInt8(ascii: "@") { target[0] = 0 }
        }
        // The path starts right after the family; counting more than the name names another abstract address.
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        for _ in 0..<10 {
            let sent = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
                }
            }
            if sent == bytes.count { return nil }
            guard errno == EAGAIN || errno == EINTR || errno == ENOBUFS else { return .last }
            var wait = pollfd(fd: descriptor, events: 0, revents: 0)
            poll(&wait, 1, 10)
        }
        return .wouldBlock
    }
}
