import FoundationEssentials
import TestSupport
import Testing

@testable import mailscope

@Suite struct PolicyCommandTests {
    static let record = #"""
        {
          "schema": "mailscope-app/1",
          "tenantId": "11111111-2222-4333-8444-555555555555",
          "clientId": "7B6C1C5A-2F0E-4F53-9D0B-3F6A1F6F0D11",
          "servicePrincipalId": "3c0f8f0e-9a55-4f0c-8a3b-6f1d2f0f5a22",
          "thumbprint": null,
          "mailboxes": [ { "address": "Invoices@contoso.com", "objectId": "9a3d1c1e-51c5-4a52-8d7b-0a6f8f5b2c77" } ]
        }
        """#

    func run(_ words: String...) async throws -> ProgramRun { try await ProgramRun(["policy"] + words) }

    @Test(arguments: ["\n", "\r\n"])
    func adoptsIDsAndKeepsComments(newline: String) async throws {
        try await withTemporaryFolder { folder in
            let text = PolicyFileTests.good.replacing(
                " invoices@contoso.com\n", with: " invoices@contoso.com # the one\n"
            )
            .replacing("\n", with: newline)
            let file = try folder.write("x.yaml", text)
            let app = try folder.write("app.json", Self.record)
            let first = try await run("adopt", file, app)
            #expect(first.exitCode == 0, "\(first.errors)")
            #expect(first.output.split(separator: "\n").count == 3)
            let adopted = try String(contentsOfFile: file, encoding: .utf8)
            let expected =
                text
                .replacing(
                    "name: Invoice reader}",
                    with:
                        "name: Invoice reader, client-id: 7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11, object-id: 3c0f8f0e-9a55-4f0c-8a3b-6f1d2f0f5a22}"
                )
                .replacing(
                    "# the one" + newline,
                    with: "# the one" + newline + "    object-id: 9a3d1c1e-51c5-4a52-8d7b-0a6f8f5b2c77"
                        + newline)
            #expect(adopted == expected)
            let second = try await run("adopt", file, app)
            #expect(second.exitCode == 0 && second.output.isEmpty)
            let other = try folder.write("other.json", Self.record.replacing("3c0f8f0e", with: "4c0f8f0e"))
            #expect(try await run("adopt", file, other).exitCode == 1)
            #expect(try String(contentsOfFile: file, encoding: .utf8) == adopted)
            let foreign = try folder.write(
                "foreign.json", Self.record.replacing("11111111-", with: "21111111-"))
            #expect(try await run("adopt", file, foreign).errors.contains("tenant.id is 11111111-"))
        }
    }

    @Test func leadsFromATemplateToTheScripts() async throws {
        try await withTemporaryFolder { folder in
            let file = folder("new.yaml")
            let new = try await run("new", file, "--config", try Workplace().config)
            #expect(new.exitCode == 2, "a configuration that is gone is refused")
            #expect(try await run("new", file).exitCode == 0)
            #expect(try await run("new", file).exitCode == 1)
            let zero = "00000000-0000-0000-0000-000000000000"
            let unfilled = try await run("generate", file, "--output", folder("none"))
            #expect(unfilled.exitCode == 2 && unfilled.errors.contains("'tenant.id' is all zeros"))
            #expect(try await run("explain", file).output.contains("its id is all zeros"))
            let text = try String(contentsOfFile: file, encoding: .utf8)
                .replacing(zero, with: "11111111-2222-4333-8444-555555555555")
            try folder.write("new.yaml", text)
            let first = try await run("generate", file, "--output", folder("out"))
            #expect(first.output == "\(folder("out"))/README.md\n\(folder("out"))/1-register.ps1\n")
            #expect(try await run("commands", file).exitCode == 2)
            #expect(try await run("adopt", file, try folder.write("app.json", Self.record)).exitCode == 0)
            #expect(
                try await run("generate", file, "-o", folder("out")).output.split(separator: "\n").count == 9)
            let again = try await run("generate", file, "-o", folder("out"), "--method", "rbac", "--migrate")
            #expect(again.exitCode == 1 && again.errors.contains("1-register.ps1 does not belong"))
            let migration = try await run(
                "generate", file, "-o", folder("on"), "--method", "rbac", "--migrate")
            #expect(migration.exitCode == 0, "\(migration.errors)")
            #expect(try await run("generate", file, "-o", folder("on"), "--migrate").exitCode == 64)
            let explained = try await run("explain", file, "--method", "rbac")
            #expect(explained.output.contains("The directory grants nothing"))
            let lines = try await run("commands", file)
            #expect(
                lines.exitCode == 0 && lines.output.contains("New-ApplicationAccessPolicy -AppId '7b6c1c5a-"))
        }
    }

    @Test func refusesAFileThatIsNotThere() async throws {
        let run = try await run("explain", "/nowhere/x.yaml")
        #expect(
            run.transcript() == """
                mailscope: error: /nowhere/x.yaml: there is no such file
                mailscope: hint: 'mailscope policy new /nowhere/x.yaml' writes one
                exit 2

                """)
    }
}
