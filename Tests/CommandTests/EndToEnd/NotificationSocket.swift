import Glibc

/// A datagram socket that stands for systemd's, and keeps what it was told.
final class NotificationSocket {
    struct NotBound: Error {}

    private let descriptor: Int32
    /// Datagrams so far, in order.
    private(set) var told: [String] = []

    /// At a path of up to 107 bytes.
    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { throw NotBound() }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard bound else { throw NotBound() }
    }

    deinit { close(descriptor) }

    /// Takes what has come.
    func receive() {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return }
            told.append(String(decoding: bytes.prefix(count), as: UTF8.self))
        }
    }

    /// The lines of all datagrams.
    var lines: [String] {
        receive()
        return told.flatMap { $0.split(separator: "\n").map(String.init) }
    }
}
