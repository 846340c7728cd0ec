import CurlTransport
import MailscopeKit
import TenantSimulator
import TestSupport
import Testing

/// Answers with what arrived.
private let echo: @Sendable (ServerRequest) -> ServerResponse = { request in
    let fields = request.headers.map { "\($0.name): \($0.value)\n" }.joined()
    return ServerResponse(
        status: 200, headers: [("x-connection", "\(request.connectionID)")],
        body: .bytes(Array("\(request.method) \(request.target)\n\(fields)\n".utf8) + request.body))
}

@Suite(.timeLimit(.minutes(20))) struct RequestTests {
    @Test func sendsWhatItWasGiven() async throws {
        try await withTransport(answer: echo) { fixture async throws in
            let url = fixture.test.root + "/a/../b%2Fc?$filter=x%20eq%20'y'"
            let request = HTTPRequest(
                url: url, headers: ["Prefer": "IdType=\"ImmutableId\"", "X-Empty": ""],
                bearer: Secret("t.o-k"))
            let answer = try await fixture.transport.send(request)
            let port = fixture.test.server.port
            #expect(
                String(decoding: answer.body, as: UTF8.self) == """
                    GET /a/../b%2Fc?$filter=x%20eq%20'y'
                    host: localhost:\(port)
                    user-agent: mailscope/test
                    accept: */*
                    accept-encoding: gzip
                    prefer: IdType="ImmutableId"
                    x-empty: \("")
                    authorization: Bearer t.o-k


                    """)
        }
    }

    @Test func postsABody() async throws {
        try await withTransport(answer: echo) { fixture async throws in
            var request = fixture.get()
            request.method = .post
            request.body = Secret([0, 1, 2, 255] + [UInt8](repeating: 65, count: 2_000_000))
            let answer = try await fixture.transport.send(request)
            #expect(answer.body.suffix(2_000_004) == request.body?.reveal()[...])
            let head = String(decoding: answer.body.prefix(300), as: UTF8.self)
            #expect(head.contains("content-length: 2000004\n"))
            #expect(!head.contains("expect:"))
            #expect(!head.contains("content-type:"))
        }
    }

    @Test func returnsEveryStatusAsAnAnswer() async throws {
        try await withTransport { request in
            let status = request.target.split(separator: "/").first.flatMap { Int($0) } ?? 0
            return ServerResponse(
                status: status, headers: [("Location", "/200"), ("X-A", " b "), ("x-a", "c")],
                body: .text("text"))
        } _: { fixture async throws in
            for status in [200, 202, 204, 302, 304, 401, 404, 410, 429, 500, 503] {
                let answer = try await fixture.transport.send(fixture.get("/\(status)"))
                #expect(answer.status == status)
                #expect(answer.head.headers["X-a"] == "b")
                #expect(answer.head.headers.fields.count { $0.name.lowercased() == "x-a" } == 2)
                #expect(answer.body.count == ([204, 304].contains(status) ? 0 : 4))
            }
        }
    }

    @Test func unpacksGzip() async throws {
        try await withTransport { request in
            let accepts = request.header("accept-encoding") == "gzip"
            return ServerResponse(
                status: 200, headers: [("Content-Encoding", "gzip")],
                body: accepts ? .bytes(compressed) : .empty)
        } _: { fixture async throws in
            let text = String(repeating: "the answer, compressed ", count: 4)
            let whole = try await fixture.transport.send(fixture.get()).body
            let streamed = try await collect(fixture.transport.open(fixture.get()))
            #expect(whole == Array(text.utf8))
            #expect(streamed == Array(text.utf8))
        }
    }

    @Test func usesAConnectionAgain() async throws {
        try await withTransport(answer: echo) { fixture async throws in
            for _ in 1...5 {
                let answer = try await fixture.transport.send(fixture.get())
                #expect(answer.head.headers["x-connection"] == "1")
            }
            #expect(fixture.transport.connectionsOpened == 1)
        }
    }

    @Test func opensANewConnectionWhereItIsWantedAndLeavesTheOldOne() async throws {
        try await withTransport(answer: echo) { fixture async throws in
            var request = fixture.get()
            _ = try await fixture.transport.send(request)
            try await Task.sleep(for: .milliseconds(2_100))  // libcurl counts a connection's age in seconds
            request.wantsNewConnection = true
            #expect(try await fixture.transport.send(request).head.headers["x-connection"] == "2")
            request.wantsNewConnection = false
            #expect(try await fixture.transport.send(request).head.headers["x-connection"] == "2")
            #expect(fixture.transport.connectionsOpened == 2)
        }
    }

    @Test func runsTwoHundredAtOnce() async throws {
        try await withTransport(answer: echo) { fixture async throws in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let answer = try await fixture.transport.send(fixture.get("/\(number)"))
                        return answer.body.starts(with: Array("GET /\(number)\n".utf8)) ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 200)
        }
    }

    @Test(arguments: [
        "http://localhost:1/", "ftp://localhost/", "file:///etc/passwd", "", "localhost",
        "https://user:secret@localhost:1/", "https://localhost:1/a b", "https://localhost:1/a\r\nX: y",
        "https://localhost:1/\u{0}",
    ])
    func refusesWhatIsNoHTTPSURL(url: String) async throws {
        let transport = try CurlTransport(CurlConfiguration(version: "test"))
        let error = await failure { try await transport.send(HTTPRequest(url: url)) }
        guard case .invalidRequest = error else { throw error ?? .cancelled }
        #expect(!"\(error, default: "")".contains("secret"))
    }

    @Test(arguments: [
        HTTPRequest(url: "https://localhost:1/", headers: ["X": "a\r\nY: b"]),
        HTTPRequest(url: "https://localhost:1/", headers: ["X: a": "b"]),
        HTTPRequest(url: "https://localhost:1/", headers: ["": "b"]),
        HTTPRequest(url: "https://localhost:1/", bearer: Secret("a\nb")),
        HTTPRequest(url: "https://localhost:1/", body: Secret([1])),
    ])
    func refusesFieldsThatWouldSayMore(request: HTTPRequest) async throws {
        let transport = try CurlTransport(CurlConfiguration(version: "test"))
        guard case .invalidRequest = await failure({ try await transport.send(request) }) else {
            throw TransportError.cancelled
        }
    }

    @Test func logsFactsAndNoSecret() async throws {
        let log = CollectingLog()
        try await withTransport(log: log.log, answer: echo) { fixture async throws in
            var request = fixture.get("/path/x?query=q-secret")
            request.method = .post
            request.bearer = Secret("b-secret")
            request.body = Secret(Array("p-secret".utf8))
            request.headers = ["x-header": "h-secret"]
            _ = try await fixture.transport.send(request)
            fixture.test.server.close()
            _ = await failure { try await fixture.transport.send(request) }
        }
        #expect(log.text.contains("trace transfer done method=POST host=localhost:"))
        #expect(log.text.contains(" path=/path/x status=200 "))
        #expect(log.text.contains("trace transfer failed "))
        #expect(!log.text.contains("secret"))
    }
}

/// `gzip -9` of "the answer, compressed " four times.
private let compressed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 43, 201, 72, 85, 72, 204, 43, 46, 79, 45,
    210, 81, 72, 206, 207, 45, 40, 74, 45, 46, 78, 77, 81, 40, 161, 134, 48, 0, 210, 143,
    0, 232, 92, 0, 0, 0,
]
