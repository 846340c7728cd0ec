import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// Each check of `doctor` made to fail; what it says then stands in docs/doctor.md.
@Suite(.serialized, .timeLimit(.minutes(20))) struct DoctorTests {
    @Test func findsNothingWhereAllIsWell() async throws {
        let tenant = try TenantPlace()
        tenant.fill(2)
        #expect(try await tenant.run("fetch").exitCode == 0)
        try DoctorPage.expect("all is well", try await tenant.doctor(isWhole: true))
    }

    @Test func changesNeitherLedgerNorMail() async throws {
        let tenant = try TenantPlace()
        tenant.fill(2)
        #expect(try await tenant.run("fetch").exitCode == 0)
        let ledger = try contents(tenant.place.folder("state/ledger.db"))
        let status = try await tenant.run("status", "--json").output
        tenant.tenant.log.clear()
        #expect(try await tenant.run("doctor", "--timeout", "600").exitCode == 0)
        #expect(try contents(tenant.place.folder("state/ledger.db")) == ledger)
        let after = try await tenant.run("status", "--json").output
        #expect(requests(status) == requests(after), "nothing was booked")
        #expect(try FileManager.default.contentsOfDirectory(atPath: tenant.place.folder("mail/tmp")) == [])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: tenant.place.folder("mail/new")).count == 2)
        let asked = tenant.tenant.log.entries
        #expect(asked.count == 4, "metadata, token, a page, the beginning of a message")
        #expect(asked.allSatisfy { $0.method == "GET" || $0.target.hasSuffix("/oauth2/v2.0/token") })
    }

    private func requests(_ status: String) -> Substring? {
        status.split(separator: "\n").first { $0.contains("\"requests\"") }
    }

    @Test func skipsAllWithoutAConfiguration() async throws {
        let tenant = try TenantPlace()
        try tenant.edit("start: all", "start: never")
        try DoctorPage.expect("configuration", try await tenant.doctor())
    }

    @Test func tellsOfAKeyThatOthersCanRead() async throws {
        let tenant = try TenantPlace()
        try tenant.place.setMode(0o644, of: "key.pem")
        try DoctorPage.expect("key", try await tenant.doctor())
    }

    @Test func tellsOfACertificateThatExpiresSoon() async throws {
        let tenant = try TenantPlace()
        try tenant.place.writeIdentity(days: 20)
        try tenant.register("certificate.pem")
        try DoctorPage.expect("certificate expires", try await tenant.doctor())
    }

    @Test func tellsOfACertificateThatHasExpired() async throws {
        let tenant = try TenantPlace()
        try tenant.place.writeIdentity(notBefore: Date(timeIntervalSince1970: 1_700_000_000), days: 1)
        try DoctorPage.expect("certificate expired", try await tenant.doctor())
    }

    @Test func tellsOfANextCertificateThatCannotBeUsed() async throws {
        let tenant = try TenantPlace()
        try tenant.addNext()
        try tenant.place.setMode(0o640, of: "next-key.pem")
        try DoctorPage.expect("next", try await tenant.doctor())
    }

    @Test func tellsOfANextCertificateThatTheTenantDoesNotTake() async throws {
        let tenant = try TenantPlace()
        try tenant.addNext()
        try DoctorPage.expect("next refused", try await tenant.doctor())
    }

    @Test func letsTheNextCertificateStandIn() async throws {
        let tenant = try TenantPlace()
        try tenant.addNext()
        try tenant.place.setMode(0o644, of: "key.pem")
        try tenant.register("next-certificate.pem")
        let text = try await tenant.doctor(isWhole: true)
        #expect(text.contains("(mode 0644); the next certificate stands in\n"))
        #expect(text.contains("\nok       token"))
        #expect(text.hasSuffix("exit 0\n"))
    }

    @Test func tellsOfATokenThatIsRefused() async throws {
        let tenant = try TenantPlace()
        try tenant.place.writeIdentity()
        try DoctorPage.expect("token", try await tenant.doctor())
    }

    @Test func tellsOfAnAppThatIsNotRegisteredYet() async throws {
        let tenant = try TenantPlace()
        try tenant.edit(TenantPlace.client, "'00000000-0000-0000-0000-000000000000'")
        try DoctorPage.expect("no app", try await tenant.doctor())
    }

    @Test func tellsOfTooManyPermissions() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.directory.changeApp(TenantPlace.client) { app in
            for role in ["Mail.ReadWrite", "Mail.Send", "User.Read.All", "MailboxItem.Read.All"] {
                app.grants.insert(AppGrant(role))
            }
        }
        try DoctorPage.expect("too many permissions", try await tenant.doctor())
    }

    @Test func tellsOfTooFewPermissions() async throws {
        let tenant = try TenantPlace()
        tenant.fill(1)
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.grants = [AppGrant("Mail.ReadBasic")] }
        try DoctorPage.expect("too few permissions", try await tenant.doctor())
    }

    @Test func takesNoPermissionInTheDirectoryForWhatRBACWants() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.grants = [] }
        let text = try await tenant.doctor(isWhole: true)
        #expect(
            text.contains(
                "\nok       permissions    none in Entra; 'mailbox' shows whether Exchange's RBAC opens it\n")
        )
        #expect(text.contains("\nfailure  mailbox        the mailbox is closed to the app: "))
        #expect(text.hasSuffix("exit 4\n"))
    }

    @Test func tellsOfAMailboxThatIsClosed() async throws {
        let tenant = try TenantPlace()
        let group = SimulatedGroup(
            objectID: "33333333-0000-4000-8000-000000000001", name: "readers",
            address: "readers@contoso.test", members: [])
        tenant.tenant.exchange.change { configuration in
            configuration.groups[group.objectID] = group
            configuration.policies = [
                ApplicationAccessPolicy(
                    appID: TenantPlace.client, right: .restrictAccess, scopeObjectID: group.objectID,
                    scopeName: "readers")
            ]
        }
        try DoctorPage.expect("mailbox closed", try await tenant.doctor())
    }

    @Test func tellsOfAMailboxThatIsNotThere() async throws {
        let tenant = try TenantPlace()
        try tenant.edit("reports@contoso.test", "reprots@contoso.test")
        try DoctorPage.expect("no mailbox", try await tenant.doctor())
    }

    @Test func takesAThrottledMailboxForABusyOne() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.faults.add(FaultRule(.status(429), path: "/v1.0/*"))
        try DoctorPage.expect("throttled", try await tenant.doctor())
    }

    @Test func describesItsAnswerInTheSchema() async throws {
        let schema = try JSONDecoder().decode(
            JSONTree.self, from: Data(PackageFiles.bytes("docs/schema/doctor.schema.json")))
        let tenant = try TenantPlace()
        try tenant.place.setMode(0o644, of: "key.pem")
        let run = try await tenant.run("doctor", "--json", "--timeout", "600")
        #expect(run.exitCode == 2)
        #expect(run.errors == "")
        let answer = try JSONDecoder().decode(JSONTree.self, from: Data(run.output.utf8))
        #expect(schema.faults(of: answer, root: schema) == [])
        let checks = try #require(answer["checks"]?.items)
        #expect(checks.compactMap { $0["check"]?.text } == Checkup.Name.allCases.map(\.rawValue))
        let words = { (tree: JSONTree?) in (tree?["enum"]?.items ?? []).compactMap(\.text) }
        let properties = schema["$defs"]?["check"]?["properties"]
        #expect(words(properties?["check"]) == Checkup.Name.allCases.map(\.rawValue))
        #expect(words(properties?["status"]) == Checkup.Status.allCases.map(\.rawValue))
        #expect(schema["properties"]?["schema"]?["const"]?.text == DoctorReport.currentSchema)
    }

    @Test func saysNothingSecretAtTraceLevel() async throws {
        let tenant = try TenantPlace()
        tenant.fill(1)
        let run = try await tenant.run(
            "doctor", "--timeout", "600", "--log-level", "trace",
            environment: ["https_proxy": "http://someone:s3cret@127.0.0.1:9", "no_proxy": "localhost"])
        #expect(run.exitCode == 0)
        let said = run.output + run.errors
        #expect(said.contains("transfer done"))
        for secret in tenant.tenant.issuedTokens + tenant.tenant.receivedAssertions + ["s3cret", "someone"] {
            #expect(!said.contains(secret))
        }
    }

    @Test func coloursOnATerminalOnly() {
        let checkup = Checkup.failure(.key, "broken\u{1B}[2J", mends: ["mend it\nnow"])
        #expect(
            checkup.text(colour: false)
                == "failure  key            broken\\u{1b}[2J\n                        mend: mend it\\nnow")
        #expect(checkup.text(colour: true).hasPrefix("\u{1B}[31mfailure  \u{1B}[0mkey"))
    }
}

extension TenantPlace {
    /// A pair that is to take over, which the tenant does not know.
    fileprivate func addNext() throws {
        try place.writeIdentity("next-key.pem", certificate: "next-certificate.pem")
        try edit(
            "file: certificate.pem}",
            "file: certificate.pem, next: {key: next-key.pem, file: next-certificate.pem}}")
    }

    /// Has IT add a certificate to the app.
    fileprivate func register(_ name: String) throws {
        let certificate = try #require(
            RegisteredCertificate(
                reading: contents(place.folder(name)), keyID: "11111111-0000-4000-8000-000000000004"))
        tenant.directory.changeApp(Self.client) { $0.certificates.append(certificate) }
    }
}
