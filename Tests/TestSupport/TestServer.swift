package import TenantSimulator

/// A server on a free loopback port, with a certificate of the authority that this test run made.
package struct TestServer: Sendable {
    package let server: TLSServer
    /// `https://localhost:<port>`.
    package let root: String
    /// A file with the authority's certificate.
    package let authorityFile: String
}

/// Made once: a key costs a few milliseconds.
package enum TestAuthority {
    package static let shared = Result { () throws(ServerError) in try SimulatorAuthority() }
    package static let localhost = Result { () throws(ServerError) in try shared.get().issue() }
}

/// Runs `body` with a server that answers as `answer` says, and closes it afterwards.
///
/// - Parameters:
///   - identity: nil for a good certificate of ``TestAuthority``.
///   - versions: which TLS it speaks.
///   - answer: called on a thread of the server.
///   - body: the test.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws, or ``ServerError``.
package func withServer<Value>(
    identity: ServerIdentity? = nil,
    versions: TLSServer.Versions = .current,
    answer: @escaping @Sendable (ServerRequest) -> ServerResponse,
    _ body: (TestServer) async throws -> Value
) async throws -> Value {
    try await withTemporaryFolder { folder in
        let file = try folder.write("ca.pem", TestAuthority.shared.get().caPEM)
        let server = try TLSServer(
            identity: identity ?? TestAuthority.localhost.get(), versions: versions, answer: answer)
        defer { server.close() }
        return try await body(
            TestServer(server: server, root: "https://localhost:\(server.port)", authorityFile: file))
    }
}

extension TestServer {
    /// Returns once so many connections are open.
    package func waits(forConnections count: Int) async throws {
        while server.openConnections != count { try await Task.sleep(for: .milliseconds(2)) }
    }
}
