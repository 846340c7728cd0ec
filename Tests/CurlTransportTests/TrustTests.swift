import CurlTransport
import MailscopeKit
import Synchronization
import TenantSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct TrustTests {
    static let hello: @Sendable (ServerRequest) -> ServerResponse = { _ in ServerResponse(status: 200) }

    /// The reason that a person reads for a certificate.
    private func reason(_ identity: ServerIdentity, root: String = "https://localhost") async throws
        -> String?
    {
        try await withTransport(identity: identity, answer: Self.hello) { fixture async throws in
            let url = "\(root):\(fixture.test.server.port)/"
            let error = await failure { try await fixture.transport.send(HTTPRequest(url: url)) }
            guard case .notTrusted(_, let reason, let detail) = error else {
                return "\(error, default: "none")"
            }
            #expect(!detail.isEmpty)
            #expect(error?.isTransient == false)
            return reason
        }
    }

    @Test func acceptsNamesAndAddressesOfACertificate() async throws {
        try await withTransport(answer: Self.hello) { fixture async throws in
            for host in ["localhost", "127.0.0.1"] {
                let url = "https://\(host):\(fixture.test.server.port)/"
                #expect(try await fixture.transport.send(HTTPRequest(url: url)).status == 200)
            }
        }
    }

    @Test func trustsTheSystemsAuthoritiesOnlyWhereNoFileIsGiven() async throws {
        try await withTransport(answer: Self.hello) { fixture async throws in
            let stranger = try CurlTransport(CurlConfiguration(version: "test"))
            let error = await failure { try await stranger.send(fixture.get()) }
            guard case .notTrusted(let host, let reason, _) = error else { throw error ?? .cancelled }
            #expect(host == "localhost:\(fixture.test.server.port)")
            #expect(reason == "its issuer is no authority that this system knows")
            // Nor does one transport's trust reach another's.
            #expect(try await fixture.transport.send(fixture.get()).status == 200)
            #expect(await failure { try await stranger.send(fixture.get()) } != nil)
        }
    }

    @Test func saysWhyACertificateIsNotTrusted() async throws {
        let authority = try TestAuthority.shared.get()
        #expect(try await reason(authority.issue(validity: .expired))?.hasPrefix("it has expired") == true)
        #expect(
            try await reason(authority.issue(validity: .notYet))?.hasPrefix("it is not valid yet") == true)
        #expect(
            try await reason(authority.issue(hosts: ["other.test"], addresses: []))
                == "it was issued for another name")
        #expect(
            try await reason(authority.issue(addresses: ["127.0.0.2"]), root: "https://127.0.0.1")
                == "it was issued for another name")
        #expect(try await reason(SimulatorAuthority.selfSigned()) == "it is signed by itself")
        #expect(
            try await reason(SimulatorAuthority().issue())
                == "its issuer is no authority that this system knows")
    }

    @Test func showsTheCertificatesToWhoeverWatches() async throws {
        let authority = try TestAuthority.shared.get()
        for (identity, fault) in [
            (try TestAuthority.localhost.get(), nil), (try authority.issue(validity: .expired), 0),
            (try SimulatorAuthority(name: "Stranger").issue(), 0),
        ] as [(ServerIdentity, Int?)] {
            try await withServer(identity: identity, answer: Self.hello) { test in
                let seen = Mutex<[ServerChain]>([])
                let transport = try CurlTransport(
                    CurlConfiguration(version: "test", authorityFile: test.authorityFile) { chain in
                        seen.withLock { $0.append(chain) }
                    })
                defer { transport.close() }
                for _ in 0..<2 {
                    let error = await failure { try await transport.send(HTTPRequest(url: test.root + "/")) }
                    #expect((error == nil) == (fault == nil), "looking on changes nothing")
                }
                let chains = seen.withLock(\.self)
                // A connection that is good is used again.
                #expect(chains.count == (fault == nil ? 1 : 2))
                let chain = try #require(chains.first)
                #expect(chain.host == String(test.root.dropFirst("https://".count)))
                #expect(chain.faultAt == fault)
                #expect(chain.endsInOwnAuthority == (fault == nil))
                #expect(chain.links.first?.subject == "CN=localhost")
                #expect(
                    chain.links.first?.names
                        == "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1")
            }
        }
    }

    @Test func refusesOutdatedTLS() async throws {
        try await withTransport(versions: .outdated, answer: Self.hello) { fixture async throws in
            let error = await failure { try await fixture.transport.send(fixture.get()) }
            guard case .broken(_, let detail) = error else { throw error ?? .cancelled }
            #expect(detail.hasPrefix("the TLS handshake failed: "))
            #expect(detail.contains("protocol version"))
        }
    }

    @Test func namesAFileOfAuthoritiesThatIsOfNoUse() async throws {
        try await withTemporaryFolder { folder in
            let good = try TestAuthority.shared.get().caPEM
            let cases: [(String, TransportSetupError)] = [
                (
                    folder("absent"),
                    .unreadableAuthorities(path: folder("absent"), reason: "No such file or directory")
                ),
                (
                    try folder.write("empty", ""),
                    .badAuthorities(path: folder("empty"), reason: "it holds no certificate in PEM")
                ),
                (
                    try folder.write("text", "hello\n"),
                    .badAuthorities(path: folder("text"), reason: "it holds no certificate in PEM")
                ),
                (
                    try folder.write("half", good + good.dropLast(200)),
                    .badAuthorities(path: folder("half"), reason: "certificate number 2 is damaged")
                ),
            ]
            for (path, expected) in cases {
                #expect(throws: expected) {
                    try CurlTransport(CurlConfiguration(version: "test", authorityFile: path))
                }
            }
            let error = #expect(throws: TransportSetupError.self) {
                try CurlTransport(CurlConfiguration(version: "test", authorityFile: folder.path))
            }
            #expect("\(error, default: "")".contains(folder.path))
            let several = try folder.write("several", "a comment\n" + good + "\n" + good)
            _ = try CurlTransport(CurlConfiguration(version: "test", authorityFile: several))
        }
    }
}
