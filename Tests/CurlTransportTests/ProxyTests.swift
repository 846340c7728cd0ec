import CurlTransport
import Glibc
import MailscopeKit
import TenantSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct ProxyTests {
    @Test func tunnelsThroughAProxyThatSeesNoHeaderOfOurs() async throws {
        try await withProxy { proxy in
            try await withTransport(proxy: .url(proxy.url)) { request in
                ServerResponse(status: 200, body: .text(request.header("authorization") ?? ""))
            } _: { fixture async throws in
                var request = fixture.get("/secret-path")
                request.bearer = Secret("secret-token")
                request.headers = ["X-A": "secret-field"]
                let answer = try await fixture.transport.send(request)
                #expect(answer.body == Array("Bearer secret-token".utf8))
                #expect(answer.head.headers["X-Proxy"] == nil)
            }
            #expect(proxy.heads.count == 1)
            #expect(proxy.heads.first?.hasPrefix("CONNECT localhost:") == true)
            #expect(proxy.heads.first?.contains("secret") == false)
        }
    }

    @Test(arguments: [403, 407, 503])
    func saysThatTheProxyRefused(status: Int) async throws {
        try await withProxy(status) { proxy in
            let transport = try CurlTransport(CurlConfiguration(version: "test", proxy: .url(proxy.url)))
            let error = await failure { try await transport.send(HTTPRequest(url: "https://localhost:1/")) }
            guard case .proxy(let detail) = error else { throw error ?? .cancelled }
            #expect(detail.contains("\(status)"))
        }
    }

    @Test func saysThatTheProxyIsNotThere() async throws {
        let transport = try CurlTransport(
            CurlConfiguration(version: "test", proxy: .url("http://127.0.0.1:1")))
        let error = await failure { try await transport.send(HTTPRequest(url: "https://localhost:1/")) }
        guard case .proxy(let detail) = error else { throw error ?? .cancelled }
        #expect(detail.contains("127.0.0.1 port 1"))
    }

    /// In a process of its own: the environment belongs to all tests.
    @Test func takesTheProxyFromTheEnvironment() async throws {
        await #expect(processExitsWith: .success) {
            try await withProxy { proxy in
                setenv("https_proxy", proxy.url, 1)
                setenv("no_proxy", "127.0.0.1", 1)
                try await withTransport { _ in
                    ServerResponse(status: 200)
                } _: { fixture async throws in
                    _ = try await fixture.transport.send(fixture.get())
                    precondition(proxy.heads.count == 1)
                    let direct = "https://127.0.0.1:\(fixture.test.server.port)/"
                    _ = try await fixture.transport.send(HTTPRequest(url: direct))
                    precondition(proxy.heads.count == 1)
                }
            }
        }
    }
}
