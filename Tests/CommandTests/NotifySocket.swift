import Glibc

/// Stands in for systemd: the datagram socket that `$NOTIFY_SOCKET` names.
final class NotifySocket: Sendable {
    let path: String
    private let descriptor: Int32

    /// `path` must fit a socket's address, about 100 bytes.
    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard code == 0 else { throw NotBound(code: errno) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// What has come so far and was not asked for yet, in order.
    func received() -> [String] {
        var texts: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0 { return texts }
            texts.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }

    struct NotBound: Error { let code: Int32 }
}
