internal import Glibc
internal import LinuxHost

/// A plain connection to a server of this machine, for saying what no proper client would.
///
/// It waits on a thread of its own: tests' tasks share few.
package final class LocalClient: Sendable {
    package enum Server: Sendable {
        /// On 127.0.0.1.
        case port(UInt16)
        case unix(String)
    }

    package struct Failure: Error {
        let code: Int32
    }

    private let descriptor: Int32

    package init(_ server: Server) throws {
        let isUnix = if case .unix = server { true } else { false }
        descriptor = socket(
            isUnix ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // Long enough for any machine, and an end to any mistake.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code: Int32
        switch server {
        case .port(let port):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = inet_addr("127.0.0.1")
            code = Self.connect(descriptor, &name)
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            code = Self.connect(descriptor, &name)
        }
        guard code == 0 else { throw Failure(code: errno) }
    }

    deinit { close(descriptor) }

    private static func connect<Name>(_ descriptor: Int32, _ name: inout Name) -> Int32 {
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }

    /// Sends as much of it as the server takes.
    @discardableResult
    package func send(_ text: String) -> Int {
        let bytes = Array(text.utf8)
        return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What the server says until it ends the connection.
    package func rest() async -> String { await DiskThread(name: "client").run { self.received() } }

    private func received() -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer[..<count]
        }
    }

    /// One request, one answer.
    package static func get(_ path: String, from server: Server) async throws -> String {
        let client = try LocalClient(server)
        client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return await client.rest()
    }
}
