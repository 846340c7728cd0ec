import TenantSimulator
import TestSupport
import Testing

/// Answers with what arrived.
private let echo: @Sendable (ServerRequest) -> ServerResponse = { request in
    let body = String(decoding: request.body, as: UTF8.self)
    return ServerResponse(
        status: 200, headers: [("x-connection", "\(request.connectionID)")],
        body: .text("[\(request.method) \(request.target) \(body)]"))
}

@Suite(.timeLimit(.minutes(20))) struct ServerProtocolTests {
    @Test func servesRequestAfterRequestOnOneConnection() async throws {
        try await withServer(answer: echo) { test in
            let client = try RawTLSClient(port: test.server.port)
            for number in 1...3 {
                try client.send("GET /\(number)?a=%2f HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = client.receive(until: "]")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
                #expect(answer.contains("\r\nx-connection: 1\r\n"))
                #expect(answer.hasSuffix("\r\n\r\n[GET /\(number)?a=%2f ]"))
            }
        }
    }

    @Test func servesRequestsThatWereSentTogether() async throws {
        try await withServer(answer: echo) { test in
            let client = try RawTLSClient(port: test.server.port)
            try client.send(
                "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answers = client.receiveAll()
            #expect(answers.contains("[POST /a abc]HTTP/1.1 200 OK"))
            #expect(answers.hasSuffix("\r\nConnection: close\r\n\r\n[GET /b ]"))
        }
    }

    @Test func takesAChunkedBody() async throws {
        try await withServer(answer: echo) { test in
            let client = try RawTLSClient(port: test.server.port)
            let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            try client.send(head + "3;note=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n")
            #expect(client.receive(until: "]").hasSuffix("[POST / abc0123456789]"))
        }
    }

    @Test func saysContinueToAClientThatAsks() async throws {
        try await withServer(answer: echo) { test in
            let client = try RawTLSClient(port: test.server.port)
            try client.send(
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(client.receive() == "HTTP/1.1 100 Continue\r\n\r\n")
            try client.send("hi")
            #expect(client.receive(until: "]").hasSuffix("[POST / hi]"))
        }
    }

    @Test func answersHEADWithoutABody() async throws {
        try await withServer(answer: echo) { test in
            let client = try RawTLSClient(port: test.server.port)
            try client.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answer = client.receiveAll()
            #expect(answer.contains("\r\nContent-Length: 9\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func agreesOnHTTP11() async throws {
        try await withServer(answer: echo) { test in
            let client = try RawTLSClient(port: test.server.port, protocols: ["h2", "http/1.1"])
            #expect(client.agreedProtocol == "http/1.1")
            #expect(try RawTLSClient(port: test.server.port, protocols: ["h2"]).agreedProtocol == "")
        }
    }

    @Test(arguments: [
        ("\u{3}\u{0}garbage\r\n\r\n", 400),
        ("GET /\r\n\r\n", 400),
        ("GET / x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("G@T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: x\n\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16777217\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "a", count: 70_000) + "\r\n\r\n", 431),
        ("GET /" + String(repeating: "a", count: 70_000), 431),
    ])
    func refusesWhatIsNoRequest(sent: String, status: Int) async throws {
        try await withServer(answer: echo) { test in
            let client = try RawTLSClient(port: test.server.port)
            try client.send(sent)
            let answer = client.receiveAll()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
    }

    @Test func leaksNoDescriptorOverAThousandConnections() async throws {
        try await withServer(answer: echo) { test in
            for number in 1...1_000 {
                let client = try RawTLSClient(port: test.server.port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(client.receiveAll().contains("\r\nx-connection: \(number)\r\n"))
            }
            try await test.waits(forConnections: 0)
        }
    }

    @Test func closingBreaksConnectionsThatWait() async throws {
        try await withServer { _ in
            ServerResponse(status: 200, delivery: .whole.delayed(by: .seconds(600)))
        } _: { test in
            let idle = try RawTLSClient(port: test.server.port)
            let waiting = try RawTLSClient(port: test.server.port)
            try waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            test.server.close()
            #expect(idle.receive() == nil)
            #expect(waiting.receive() == nil)
            #expect(throws: RawTLSClient.Failure.self) { try RawTLSClient(port: test.server.port) }
            try await test.waits(forConnections: 0)
        }
    }

    @Test func refusesAPortThatIsTaken() async throws {
        try await withServer(answer: echo) { test in
            _ = #expect(throws: ServerError.notListening(port: test.server.port, code: 98)) {
                try TLSServer(identity: TestAuthority.localhost.get(), port: test.server.port, answer: echo)
            }
        }
    }
}
