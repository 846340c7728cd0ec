import FoundationEssentials
import Glibc
import LinuxHost
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct AnswerListenerTests {
    private static func listener(
        _ address: AnswerAddress = .loopback(port: 0),
        _ answer: @escaping @Sendable () -> String = { "up 1\n" }
    ) throws -> AnswerListener {
        try AnswerListener(address, path: "/metrics", type: "text/plain; version=0.0.4", answer: answer)
    }

    private static func port(_ listener: AnswerListener) throws -> UInt16 {
        guard case .loopback(let port, _) = listener.address else { throw CocoaError(.fileNoSuchFile) }
        return port
    }

    @Test(arguments: [
        ("127.0.0.1:9464", AnswerAddress.loopback(port: 9464)), ("localhost:1", .loopback(port: 1)),
        ("[::1]:65535", .loopback(port: 65_535, isVersion6: true)),
        ("unix:/run/m.sock", .unix(path: "/run/m.sock")), ("0.0.0.0:9464", nil), ("[::]:9464", nil),
        ("192.168.0.1:9464", nil), (":9464", nil), ("9464", nil), ("127.0.0.1:0", nil), ("127.0.0.1:+1", nil),
        ("127.0.0.1:65536", nil), ("127.0.0.1.evil.test:80", nil), ("unix:relative", nil),
        ("unix:/" + String(repeating: "x", count: 107), nil), ("::1:9464", nil),
    ])
    func listensOnThisMachineOnly(text: String, address: AnswerAddress?) {
        #expect(AnswerAddress(text) == address)
    }

    @Test func answersOnePathAndNothingElse() async throws {
        let listener = try Self.listener()
        let port = try Self.port(listener)
        #expect(
            try await LocalClient.get("/metrics", from: .port(port))
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: 5\r\nConnection: close\r\n\r\nup 1\n"
        )
        #expect(try await LocalClient.get("/metrics?x=1", from: .port(port)).hasPrefix("HTTP/1.1 200 "))
        #expect(try await LocalClient.get("/", from: .port(port)).hasPrefix("HTTP/1.1 404 "))
        for (request, start) in [
            ("POST /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 "), ("nonsense\r\n\r\n", "HTTP/1.1 400 "),
            ("GET /metrics HTTP/2.0\r\n\r\n", "HTTP/1.1 400 "),
            ("GET /metrics HTTP/1.0\n\n", "HTTP/1.1 200 "),
            ("HEAD /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 200 "),
            ("GET /metrics HTTP/1.1\r\nX: " + String(repeating: "x", count: 5_000), "HTTP/1.1 431 "),
        ] {
            let client = try LocalClient(.port(port))
            client.send(request)
            let answer = await client.rest()
            #expect(answer.hasPrefix(start), "\(request.prefix(30)): \(answer)")
            if request.hasPrefix("HEAD") { #expect(!answer.contains("up 1")) }
        }
        withExtendedLifetime(listener) {}
    }

    @Test func takesARequestThatComesInPieces() async throws {
        let listener = try Self.listener()
        let client = try LocalClient(.port(try Self.port(listener)))
        for piece in ["GET /met", "rics HT", "TP/1.1\r\n\r", "\n"] { client.send(piece) }
        #expect(await client.rest().hasSuffix("\r\n\r\nup 1\n"))
        withExtendedLifetime(listener) {}
    }

    @Test func sendsWhatIsLargerThanAnyBuffer() async throws {
        let listener = try Self.listener { String(repeating: "x", count: 3_000_000) }
        let answer = try await LocalClient.get("/metrics", from: .port(try Self.port(listener)))
        #expect(answer.utf8.count > 3_000_000)
        withExtendedLifetime(listener) {}
    }

    @Test func isNotHeldUpByManyWhoNeverFinish() async throws {
        let listener = try Self.listener()
        let port = try Self.port(listener)
        let slow = try (0..<200).map { _ in
            let client = try LocalClient(.port(port))
            client.send("GET /metrics HTTP/1.1\r\n")
            return client
        }
        #expect(try await LocalClient.get("/metrics", from: .port(port)).hasPrefix("HTTP/1.1 200 "))
        // Whoever does not finish sees the end: the oldest when others come, the rest after a while.
        for client in slow { #expect(await client.rest().isEmpty) }
        withExtendedLifetime(listener) {}
    }

    @Test func takesTheSocketOfADeadProcessAndNoOtherFile() async throws {
        try await withTemporaryFolder { folder in
            let path = folder("m.sock")
            let first = try Self.listener(.unix(path: path))
            #expect(throws: FileError(action: "listen on", path: "unix:\(path)", code: .addressInUse)) {
                try Self.listener(.unix(path: path))
            }
            // Another name for the same socket outlives its owner, as after a crash.
            try FileManager.default.linkItem(atPath: path, toPath: folder("stale.sock"))
            first.close()
            #expect(!FileManager.default.fileExists(atPath: path))
            var second: AnswerListener?
            for _ in 0..<600 where second == nil {
                second = try? Self.listener(.unix(path: folder("stale.sock")))
                if second == nil { try await Task.sleep(for: .milliseconds(50)) }
            }
            #expect(
                try await LocalClient.get("/metrics", from: .unix(folder("stale.sock"))).hasSuffix("up 1\n"))
            try folder.write("file", "mine")
            #expect(throws: FileError(action: "listen on", path: "unix:\(folder("file"))", code: .exists)) {
                try Self.listener(.unix(path: folder("file")))
            }
            withExtendedLifetime(second) {}
        }
    }

    @Test func leavesWhatHasComeInItsPlace() throws {
        let folder = try TemporaryFolder()
        let path = folder("m.sock")
        let first = try Self.listener(.unix(path: path))
        try FileManager.default.removeItem(atPath: path)
        let second = try Self.listener(.unix(path: path))
        first.close()
        #expect(FileManager.default.fileExists(atPath: path), "the successor's")
        try FileManager.default.removeItem(atPath: path)
        try folder.write("m.sock", "mine")
        second.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    @Test func isNotHeldByASocketWhoseQueueIsFull() throws {
        let folder = try TemporaryFolder()
        let path = folder("m.sock")
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        let sockets = (0..<3).map { _ in
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        }
        defer { for descriptor in sockets { close(descriptor) } }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let codes = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                [bind(sockets[0], name, size), listen(sockets[0], 0)]
                    + sockets.dropFirst().map { connect($0, name, size) }
            }
        }
        #expect(codes == [0, 0, 0, -1], "it holds one that nobody accepts")
        #expect(throws: FileError(action: "listen on", path: "unix:\(path)", code: .addressInUse)) {
            try Self.listener(.unix(path: path))
        }
    }

    @Test func saysThatAPortIsTaken() throws {
        let first = try Self.listener()
        let port = try Self.port(first)
        #expect(throws: FileError(action: "listen on", path: "127.0.0.1:\(port)", code: .addressInUse)) {
            try Self.listener(.loopback(port: port))
        }
        withExtendedLifetime(first) {}
    }
}
