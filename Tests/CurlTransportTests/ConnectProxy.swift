import Glibc
import Synchronization

/// An HTTP proxy on loopback that knows CONNECT only, keeps the heads that it was sent, and ends when dropped.
final class ConnectProxy: Sendable {
    private let listener: SilentListener
    private let seen = Mutex<[String]>([])
    private let status: Int

    /// A status of 200 tunnels; anything else refuses.
    init(status: Int = 200) throws {
        listener = try SilentListener()
        self.status = status
    }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    /// What clients sent up to the tunnel.
    var heads: [String] { seen.withLock { $0 } }

    /// Serves one client to its end; blocks, so it wants a thread of its own.
    func serveOne() {
        let client = accept(listener.descriptor, nil, nil)
        guard client >= 0 else { return }
        defer { close(client) }
        var head = ""
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while !head.hasSuffix("\r\n\r\n") {
            let count = recv(client, &bytes, 1, 0)
            guard count == 1 else { return }
            head += String(decoding: bytes[..<1], as: UTF8.self)
        }
        seen.withLock { $0.append(head) }
        let answer = Array("HTTP/1.1 \(status) Answer\r\nX-Proxy: 1\r\n\r\n".utf8)
        guard send(client, answer, answer.count, Int32(MSG_NOSIGNAL)) == answer.count, status == 200,
            let port = head.split(separator: " ")[1].split(separator: ":").last.flatMap({ UInt16($0) })
        else { return }
        let server = dial(port)
        defer { close(server) }
        while true {
            var watched = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, 2, 60_000) > 0 else { return }
            for (from, to) in [(0, server), (1, client)] where watched[from].revents != 0 {
                let count = recv(watched[from].fd, &bytes, bytes.count, 0)
                guard count > 0, send(to, bytes, count, Int32(MSG_NOSIGNAL)) == count else { return }
            }
        }
    }

    private func dial(_ port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }
}

/// Runs the proxy for one client on a thread of its own while `body` runs.
func withProxy(_ status: Int = 200, _ body: (ConnectProxy) async throws -> Void) async throws {
    let proxy = try ConnectProxy(status: status)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(proxy).toOpaque()
    let started = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<ConnectProxy>.fromOpaque(context).takeRetainedValue().serveOne()
            return nil
        }, context)
    guard started == 0 else { throw SilentListener.Failure() }
    pthread_detach(thread)
    try await body(proxy)
}
