import CurlTransport
import MailscopeKit
import TenantSimulator
import TestSupport

/// A server of ours and a transport that trusts it.
struct Fixture: Sendable {
    let transport: CurlTransport
    let test: TestServer

    func get(_ path: String = "/", deadlines: HTTPDeadlines = HTTPDeadlines()) -> HTTPRequest {
        HTTPRequest(url: test.root + path, deadlines: deadlines)
    }
}

/// Runs `body` with a server that answers as `answer` says and a transport that trusts it.
func withTransport<Value>(
    identity: ServerIdentity? = nil,
    versions: TLSServer.Versions = .current,
    proxy: CurlConfiguration.Proxy = .environment,
    log: Log = .silent,
    answer: @escaping @Sendable (ServerRequest) -> ServerResponse,
    _ body: (Fixture) async throws -> Value
) async throws -> Value {
    try await withServer(identity: identity, versions: versions, answer: answer) { test in
        let transport = try CurlTransport(
            CurlConfiguration(version: "test", authorityFile: test.authorityFile, proxy: proxy, log: log))
        defer { transport.close() }
        return try await body(Fixture(transport: transport, test: test))
    }
}

/// The whole of a stream.
func collect(_ stream: any HTTPBodyStream) async throws(TransportError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await stream.next() { bytes += piece }
    return bytes
}

/// What a call failed with.
func failure<Value>(_ body: () async throws -> Value) async -> TransportError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? TransportError }
}
