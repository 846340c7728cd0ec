import MailscopeKit
import Testing

@Suite struct EvidenceReadingTests {
    static let exchange = #"""
        {"schema": "mailscope-evidence-exchange/1", "tenantId": "11111111-2222-4333-8444-555555555555",
         "clientId": "7B6C1C5A-2F0E-4F53-9D0B-3F6A1F6F0D11", "taken": "2026-11-22T10:00:00Z",
         "applicationAccessPolicies": {"Identity": "org\\x", "AppId": "7B6C1C5A-2F0E-4F53-9D0B-3F6A1F6F0D11",
           "AccessRight": "RestrictAccess", "ScopeName": "Readers",
           "ScopeIdentityRaw": "S-1-5-21-1;BBBBBBBB-0000-4000-8000-000000000001", "IsValid": "True"},
         "groups": {"value": [{"ObjectId": "bbbbbbbb-0000-4000-8000-000000000001", "Found": true, "Kind": "group",
           "Facts": {"Name": "Readers", "RecipientTypeDetails": "MailUniversalSecurityGroup"},
           "Members": {"ExternalDirectoryObjectId": "9A3D1C1E-51C5-4A52-8D7B-0A6F8F5B2C77",
             "PrimarySmtpAddress": "Invoices@contoso.com", "RecipientTypeDetails": "UserMailbox"}}], "Count": 1},
         "servicePrincipals": [], "roleAssignments": [], "managementScopes": [], "mailboxPermissions": [],
         "impersonation": [], "notRead": []}
        """#
    static let directory = #"""
        {"schema": "mailscope-evidence-directory/1", "tenantId": "11111111-2222-4333-8444-555555555555",
         "clientId": "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11",
         "servicePrincipalId": "3C0F8F0E-9A55-4F0C-8A3B-6F1D2F0F5A22",
         "appRoleAssignments": [{"id": "x", "appRoleId": "810C84A8-4A9E-49E6-BF7D-12D183F40D01",
           "value": "Mail.Read", "resourceAppId": "00000003-0000-0000-c000-000000000000"}],
         "delegatedGrants": [], "directoryRoles": [], "eligibleDirectoryRoles": [], "memberships": [],
         "owners": [], "credentials": [], "notRead": []}
        """#

    private func outcome(_ exchange: [UInt8], _ directory: [UInt8]) throws -> AccessFinding.Outcome {
        let evidence = try AccessEvidence([("x.json", exchange), ("d.json", directory)])
        return AccessComparison(evidence, SampleEvidence.wish(usesPolicy: true)).outcome
    }

    private static func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return isBigEndian ? [high, low] : [low, high]
        }
    }

    @Test func readsEveryEncodingOfPowerShell() throws {
        let plain = Self.exchange
        let forms: [[UInt8]] = [
            Array(plain.utf8), [0xEF, 0xBB, 0xBF] + plain.utf8,
            [0xFF, 0xFE] + Self.utf16(plain, isBigEndian: false),
            [0xFE, 0xFF] + Self.utf16(plain, isBigEndian: true), Self.utf16(plain, isBigEndian: false),
            Self.utf16(plain, isBigEndian: true), Array(plain.replacing("\n", with: "\r\n").utf8),
        ]
        for form in forms { #expect(try outcome(form, Array(Self.directory.utf8)) == .asWanted) }
    }

    /// Whatever is cut off, it is an error; whatever is left out, null or of another kind is never as wanted.
    @Test func neverTakesDamageForProof() throws {
        let directory = Array(Self.directory.utf8)
        let whole = Array(Self.exchange.utf8)
        for length in stride(from: 0, to: whole.count - 1, by: 7) {
            #expect(throws: EvidenceError.self) { try outcome(Array(whole[..<length]), directory) }
        }
        let sections = [
            "applicationAccessPolicies", "groups", "roleAssignments", "mailboxPermissions", "Members",
            "ScopeIdentityRaw", "AccessRight",
        ]
        for section in sections {
            let renamed = Self.exchange.replacing("\"\(section)\"", with: "\"other\"")
            #expect(try outcome(Array(renamed.utf8), directory) == .cannotTell, "\(section)")
        }
        for hostile in ["null", "[null]", "7", "\"x\"", "[[]]", "[{}]", "[\"x\"]", "true"] {
            let text = Self.exchange.replacing(
                "\"roleAssignments\": []", with: "\"roleAssignments\": \(hostile)")
            #expect(try outcome(Array(text.utf8), directory) == .cannotTell, "\(hostile)")
        }
        let unread = Self.directory.replacing(
            "\"notRead\": []", with: #""notRead": [{"What": "directoryRoles", "Why": "no role"}]"#)
        #expect(try outcome(whole, Array(unread.utf8)) == .cannotTell)
    }

    @Test(arguments: [
        ("\"impersonation\": []", "\"impersonated\": []"),
        ("\"impersonation\": []", #""impersonation": [{"Role": "x"}]"#),
        ("\"notRead\": []", "\"unread\": []"), ("\"notRead\": []", "\"notRead\": null"),
        ("\"notRead\": []", #""notRead": [{"Section": "groups"}]"#),
        ("\"servicePrincipals\": []", "\"principals\": []"),
        ("2026-11-22T10:00:00Z", "2026-11-20T10:00:00Z"),
        (
            "\"notRead\": []",
            #""notRead": [], "wantedServicePrincipalId": "bbbbbbbb-0000-4000-8000-000000000002""#
        ),
        (
            "\"notRead\": []",
            #""notRead": [], "mailboxes": [{"Address": "a@contoso.com", "RoleTest": [{"InScope": "True"}]}]"#
        ),
    ])
    func believesNoExchangeThatDoesNotSayIt(said: String, instead: String) throws {
        let directory = Self.directory.replacing(
            "\"owners\"", with: #""taken": "2026-11-22T10:01:00Z", "owners""#)
        #expect(try outcome(Array(Self.exchange.utf8), Array(directory.utf8)) == .asWanted)
        let text = Self.exchange.replacing(said, with: instead)
        #expect(text != Self.exchange)
        #expect(try outcome(Array(text.utf8), Array(directory.utf8)) == .cannotTell)
    }

    @Test(arguments: [
        ("\"notRead\": []", "\"unread\": []"), ("\"memberships\": []", "\"members\": []"),
        ("\"memberships\": []", #""memberships": [{"id": "x"}]"#),
        ("\"eligibleDirectoryRoles\": []", "\"eligible\": []"),
        ("\"servicePrincipalId\"", "\"principalId\""),
        ("\"delegatedGrants\": []", #""delegatedGrants": [{"scopes": "Mail.Read"}]"#),
        ("\"notRead\": []", #""notRead": [{"What": "memberships", "Why": "no role"}]"#),
    ])
    func believesNoDirectoryThatDoesNotSayIt(said: String, instead: String) throws {
        let text = Self.directory.replacing(said, with: instead)
        #expect(text != Self.directory)
        #expect(try outcome(Array(Self.exchange.utf8), Array(text.utf8)) == .cannotTell)
    }

    @Test func countsAPermissionWithoutRights() throws {
        let text = Self.exchange.replacing(
            "\"mailboxPermissions\": []",
            with: #""mailboxPermissions": [{"Mailbox": "a@contoso.com", "Permission": {"AccessRights": []}}]"#
        )
        #expect(try outcome(Array(text.utf8), Array(Self.directory.utf8)) == .notAsWanted)
    }

    @Test func survivesAnyBytes() {
        var random = SeededGenerator(seed: 6)
        var answers = 0
        for _ in 0..<1_000 {
            var bytes = Array(Self.exchange.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            if (try? outcome(bytes, Array(Self.directory.utf8))) != nil { answers += 1 }
        }
        #expect(answers > 0)
    }

    @Test func judgesAGroupOfTenThousand() {
        var evidence = SampleEvidence.byPolicy
        evidence.groups.rows[0].members.rows += (0..<10_000).map {
            .init(objectID: "id \($0)", address: "m\($0)@contoso.com", type: "usermailbox")
        }
        let comparison = AccessComparison(evidence, SampleEvidence.wish(usesPolicy: true))
        #expect(comparison.outcome == .notAsWanted)
        #expect(comparison.mailboxFindings.count == 10_003)
        #expect(comparison.mailboxFindings.count { $0.outcome == .notAsWanted } == 10_000)
    }

    @Test(arguments: [
        ("{", "f.json, line 1: it is no whole JSON: it ends too early"),
        ("{}", "f.json is no evidence: '$.schema' is missing"),
        ("[]", "f.json is no evidence: '$.schema' is missing"),
        (
            #"{"schema": "mailscope-evidence-exchange/2"}"#,
            "f.json is no evidence that this mailscope reads: '$.schema' is 'mailscope-evidence-exchange/2'"
        ),
        ("{\n\"a\": 1,\n\"A\": 2}", "f.json, line 3: it is no whole JSON: 'a' appears twice"),
        (
            String(repeating: "[", count: 100_000),
            "f.json, line 1: it is no whole JSON: it is nested too deeply"
        ),
    ])
    func namesFileAndPlace(text: String, message: String) {
        do throws(EvidenceError) {
            _ = try AccessEvidence([("f.json", Array(text.utf8))])
            Issue.record("read")
        } catch {
            #expect("\(error)" == message)
        }
    }

    @Test func refusesTheSameHalfTwice() {
        let bytes = Array(Self.exchange.utf8)
        #expect(throws: EvidenceError.twice(file: "b.json", schema: "mailscope-evidence-exchange/1")) {
            try AccessEvidence([("a.json", bytes), ("b.json", bytes)])
        }
        #expect(throws: EvidenceError.notText(file: "c.json")) {
            try AccessEvidence([("c.json", [0xFF, 0xFE, 0x00, 0xD8, 0x20, 0x00])])
        }
    }

    @Test(
        arguments: [
            (#""RecipientWriteScope": "Organization", "CustomResourceScope": null"#, .organization),
            (#""CustomResourceScope": null"#, .organization),
            (#""RecipientWriteScope": null"#, .notUnderstood("the row does not say its scope")),
            (
                #""RecipientWriteScope": "CustomRecipientScope", "CustomResourceScope": "S""#,
                .managementScope("S")
            ),
            (#""CustomResourceScope": ["S"]"#, .managementScope("S")),
            (#""RecipientWriteScope": "Group", "RecipientGroupScope": "G""#, .group("G")),
            (
                #""RecipientWriteScope": "MyGAL""#, .notUnderstood("the kind of scope 'mygal' is not known")
            ),
            (
                #""RecipientWriteScope": "Organization", "CustomResourceScope": "S""#,
                .notUnderstood("the row says 'organization' and names the scope 'S'")
            ),
        ] as [(String, AccessEvidence.Assignment.Reach)])
    func readsTheScopeOfARow(fields: String, reach: AccessEvidence.Assignment.Reach) throws {
        let text = Self.exchange.replacing(
            "\"roleAssignments\": []",
            with:
                #""roleAssignments": [{"Name": "r", "Role": "Application Mail.Read", "Enabled": "True", \#(fields)}]"#
        )
        let evidence = try AccessEvidence([("x.json", Array(text.utf8))])
        #expect(evidence.assignments.rows.map(\.reach) == [reach])
        #expect(evidence.assignments.rows.map(\.isEnabled) == [true])
    }
}
