import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

@Suite(.serialized, .timeLimit(.minutes(20))) struct DoctorNetworkTests {
    // MARK: Proxy and names

    @Test func tellsOfAProxyThatIsNoAddress() async throws {
        let tenant = try TenantPlace()
        let text = try await tenant.doctor(environment: ["https_proxy": "htp://someone:s3cret@proxy:3128"])
        #expect(!text.contains("s3cret"))
        try DoctorPage.expect("proxy", text)
    }

    @Test func showsNoPasswordOfAProxyInAnyCommand() async throws {
        let tenant = try TenantPlace()
        for proxy in [
            "htp://someone:s3cret@proxy:3128", "http://someone:s3cret@[:3128",
            "http://someone:s3cret@127.0.0.1:1",
        ] {
            for words in [["doctor"], ["token"], ["fetch", "--log-level", "trace"]] {
                let run = try await ProgramRun(
                    words + ["--config", tenant.place.config],
                    environment: ["https_proxy": proxy, "PATH": "/bin"])
                #expect(run.exitCode == 1)
                #expect(!(run.output + run.errors).contains("s3cret"), "\(words) \(proxy)")
            }
        }
    }

    @Test func tellsOfAProxyThatIsNotFound() async throws {
        let tenant = try TenantPlace()
        let text = try await tenant.doctor(
            environment: ["https_proxy": "http://someone:s3cret@proxy.invalid:3128"])
        #expect(!text.contains("s3cret"))
        try DoctorPage.expect(
            "names", text.replacing(/was not found: .*/, with: "was not found: Name or service not known"))
    }

    @Test func tellsOfAProxyThatRefuses() async throws {
        let tenant = try TenantPlace()
        try await withServer { _ in
            ServerResponse(status: 403)
        } _: { server in
            // TLS where the proxy's own words are expected: it hangs up.
            let port = server.root.split(separator: ":").last ?? ""
            let text = try await tenant.doctor(environment: ["https_proxy": "https://localhost:\(port)"])
            #expect(
                text.contains("\nfailure  connection     the proxy failed ")
                    || text.hasPrefix("failure  connection     the proxy failed "))
        }
    }

    @Test(arguments: [
        (
            "https_proxy", "http://proxy.test:3128", "no_proxy", "", "login.example.com",
            "http://proxy.test:3128"
        ),
        ("HTTPS_PROXY", "proxy.test", "", "", "login.example.com", "http://proxy.test:1080"),
        (
            "all_proxy", "socks5h://u:p@proxy.test", "", "", "h",
            "socks5h://proxy.test:1080 (with a user name, not shown)"
        ),
        ("https_proxy", "https://proxy.test/", "", "", "h", "https://proxy.test:443"),
        ("https_proxy", "http://[::1]:8", "", "", "h", "http://[::1]:8"),
        ("http_proxy", "http://proxy.test", "", "", "h", "none"),
        ("https_proxy", "http://p:1", "no_proxy", "*", "h", "exempt"),
        ("https_proxy", "http://p:1", "NO_PROXY", "a.test, .example.com", "login.example.com", "exempt"),
        ("https_proxy", "http://p:1", "no_proxy", "example.com", "login.example.com.", "exempt"),
        ("https_proxy", "http://p:1", "no_proxy", "ample.com", "login.example.com", "http://p:1"),
        ("https_proxy", "http://p:99999", "", "", "h", "unusable"),
        ("https_proxy", "ftp://p", "", "", "h", "unusable"),
        ("https_proxy", "http://u:p@", "", "", "h", "unusable"),
    ])
    func readsTheProxyAsLibcurlDoes(
        name: String, value: String, exception: String, list: String, host: String, expected: String
    ) {
        let setting = ProxySetting(host: host, environment: [name: value, exception: list])
        switch setting {
        case .none: #expect(expected == "none")
        case .exempt: #expect(expected == "exempt")
        case .unusable: #expect(expected == "unusable")
        case .proxy(let proxy, let variable):
            #expect(proxy.text == expected)
            #expect(variable == name)
        }
    }

    // MARK: TLS

    /// What `doctor` says where the token service shows this certificate.
    private func text(_ identity: ServerIdentity, isTrusted: Bool = true) async throws -> String {
        let tenant = try TenantPlace()
        return try await withServer(identity: identity) { _ in
            ServerResponse(status: 404)
        } _: { server in
            try tenant.edit("authority: \(tenant.baseURL)", "authority: \(server.root)")
            try tenant.place.folder.write(
                "ca.pem", try TestAuthority.shared.get().caPEM + tenant.tenant.caPEM)
            return try await tenant.doctor().replacing(server.root.dropFirst(8), with: "LOGIN-HOST")
        }
    }

    @Test func tellsOfAServersCertificateThatHasExpired() async throws {
        try DoctorPage.expect(
            "connection expired", try await text(try TestAuthority.shared.get().issue(validity: .expired)))
    }

    @Test func tellsOfAServersCertificateForAnotherName() async throws {
        try DoctorPage.expect(
            "connection other name",
            try await text(try TestAuthority.shared.get().issue(hosts: ["login.other.test"], addresses: [])))
    }

    @Test func tellsWhoseAuthorityNobodyKnows() async throws {
        try DoctorPage.expect(
            "connection unknown authority",
            try await text(try SimulatorAuthority(name: "Contoso Web Inspection").issue()))
    }

    @Test func tellsOfAServerThatIsNotThere() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.stop()
        try DoctorPage.expect("connection refused", try await tenant.doctor())
    }

    @Test func waitsForASilentServerForSoLongOnly() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.faults.add(FaultRule(.latency(fixed: .seconds(90)), path: "*/openid-configuration"))
        let text = try await tenant.transcript("doctor", "--timeout", "2", environment: ["PATH": "/nowhere"])
        try DoctorPage.expect(
            "connection silent",
            TenantPlace.ailing(text).replacing(
                /while .*/, with: "while waiting for the answer (the whole request took longer)"))
    }

    // MARK: Clock

    @Test func tellsOfAClockThatIsALittleOff() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.switches.change { $0.entraClockOffset = 150 }
        try DoctorPage.expect("clock", Self.roughly(try await tenant.doctor()))
    }

    @Test func tellsOfAClockThatIsHoursOff() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.switches.change { $0.entraClockOffset = -3 * 3_600 }
        try DoctorPage.expect("clock hours", Self.roughly(try await tenant.doctor()))
    }

    /// A slow machine measures a second or a minute more.
    private static func roughly(_ text: String) -> String {
        text.replacing(/machine's is [0-9a-z ]+ (behind|ahead of)/) { "machine's is D \($0.output.1)" }
            .replacing(/clock is [0-9a-z ]+ (behind|ahead of)/) { "clock is D \($0.output.1)" }
    }
}
