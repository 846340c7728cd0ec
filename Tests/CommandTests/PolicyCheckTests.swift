import FoundationEssentials
import TestSupport
import Testing

@Suite struct PolicyCheckTests {
    static let exchange = """
        {"schema": "mailscope-evidence-exchange/1", "tenantId": "11111111-2222-4333-8444-555555555555",
         "clientId": "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11", "taken": "2026-11-22T10:00:00Z",
         "applicationAccessPolicies": [{"Identity": "p", "AppId": "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11",
           "AccessRight": "RestrictAccess", "ScopeName": "<script>alert(1)</script>",
           "ScopeIdentityRaw": "S-1-5;bbbbbbbb-0000-4000-8000-000000000001"}],
         "groups": [{"ObjectId": "bbbbbbbb-0000-4000-8000-000000000001", "Members": [
           {"ExternalDirectoryObjectId": "9a3d1c1e-51c5-4a52-8d7b-0a6f8f5b2c77"}]}],
         "servicePrincipals": [], "roleAssignments": [], "managementScopes": [], "mailboxPermissions": [],
         "impersonation": [], "notRead": []}
        """
    static let directory = """
        {"schema": "mailscope-evidence-directory/1", "tenantId": "11111111-2222-4333-8444-555555555555",
         "clientId": "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11", "taken": "2026-11-22T10:01:00Z",
         "servicePrincipalId": "3c0f8f0e-9a55-4f0c-8a3b-6f1d2f0f5a22",
         "appRoleAssignments": [{"appRoleId": "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "value": "Mail.Read",
           "resourceAppId": "00000003-0000-0000-c000-000000000000"}],
         "delegatedGrants": [], "directoryRoles": [], "eligibleDirectoryRoles": [], "memberships": [],
         "owners": [], "credentials": [], "notRead": []}
        """
    static let policy = PackageFiles.root + "/policies/access-policy.yaml"

    private func run(
        _ exchange: String, _ directory: String = directory, _ more: String...,
        body: (ProgramRun, TemporaryFolder) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try folder.write("exchange.json", exchange)
        try folder.write("directory.json", directory)
        let words = more.map { $0.replacing("DIR", with: folder.path) }
        let run = try await ProgramRun(
            ["policy", "check", Self.policy, folder("exchange.json"), folder("directory.json")] + words)
        try body(run, folder)
    }

    @Test func endsByWhatItFinds() async throws {
        try await run(Self.exchange) { run, _ in
            #expect(run.exitCode == 0)
            #expect(run.output.hasPrefix("as wanted: Invoice reader (7b6c1c5a"))
        }
        try await run(Self.exchange.replacing("RestrictAccess", with: "DenyAccess")) { run, _ in
            #expect(run.exitCode == 3)
            #expect(run.output.contains("every other mailbox is open to the app beyond what is wanted: read"))
            #expect(run.output.contains("row: appRoleAssignments[0]"))
        }
        try await run(Self.exchange.replacing("roleAssignments", with: "x")) { run, _ in
            #expect(run.exitCode == 5)
            #expect(run.output.hasPrefix("cannot tell"))
        }
        try await run(String(Self.exchange.dropLast())) { run, _ in
            #expect(run.exitCode == 5)
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("exchange.json, line 9: it is no whole JSON: it ends too early"))
            #expect(run.errors.contains("hint: take the evidence again"))
        }
    }

    @Test func answersMachines() async throws {
        struct Report: Decodable {
            struct Mailbox: Decodable {
                let name: String
                let rights: [String: String]
            }
            let schema: String
            let verdict: String
            let mailboxes: [Mailbox]
        }
        try await run(Self.exchange, Self.directory, "--json") { run, _ in
            let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
            #expect(report.schema == "mailscope-policy-check/1")
            #expect(report.verdict == "as wanted")
            #expect(report.mailboxes.first?.rights["read"] == "yes")
            #expect(report.mailboxes.last?.name == "every other mailbox")
            #expect(report.mailboxes.last?.rights["read"] == "no")
        }
    }

    @Test func drawsAPageThatNeedsNothingAndRunsNothing() async throws {
        try await run(Self.exchange, Self.directory, "--html", "DIR/page.html") { run, folder in
            #expect(run.exitCode == 0)
            let page = try String(contentsOfFile: folder("page.html"), encoding: .utf8)
            #expect(page.contains("&lt;script&gt;alert(1)"))
            for foreign in ["<script", "http:", "https:", "url(", "@import", "src=", "href="] {
                #expect(!page.contains(foreign), "\(foreign)")
            }
            #expect(page.contains("<svg") && page.contains("prefers-color-scheme: dark"))
        }
    }

    @Test func wantsASpecificationAndEvidence() async throws {
        let run = try await ProgramRun(["policy", "check", "evidence.json"])
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("takes one policy specification"))
    }
}
