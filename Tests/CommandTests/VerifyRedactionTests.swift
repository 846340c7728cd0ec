import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

/// `verify-scope --redact` as built: no name may come out, whatever it writes to and however it ends.
@Suite struct VerifyRedactionTests {
    let place: TenantPlace
    private static let people = ["o'brien", "anna.smith", "müller", "a=b{c", "finance"]
    private static func id(_ number: Int) -> String { "22222222-0000-4000-8000-0000000000\(number + 10)" }

    init() throws {
        place = try TenantPlace(lines: "log: {level: trace}")
        for (number, name) in Self.people.enumerated() {
            place.tenant.directory.add(
                SimulatedMailbox(
                    objectID: Self.id(number), userPrincipalName: "\(name)@contoso.test",
                    addresses: ["\(name)@contoso.test", "\(name).alias@contoso.test"]))
        }
    }

    private func list(_ name: String = "anna-smiths-list.csv", more: String = "") throws -> String {
        let rows = Self.people.enumerated().map { number, name in
            "\(name)@contoso.test,\(Self.id(number)),SMTP:\(name)@contoso.test;smtp:\(name).alias@contoso.test\r\n"
        }
        return try place.place.folder.write(
            name, "PrimarySmtpAddress,ExternalDirectoryObjectId,EmailAddresses\r\n" + rows.joined() + more)
    }

    private func leaks(_ text: String) -> [String] {
        let text = text.lowercased()
        let percent = ["o%27brien", "m%c3%bcller", "%7bc"]
        return
            (["o'brien", "brien", "smith", "müller", "b{c", "finance", "reports@", "@contoso", "robin"]
            + percent
            + Self.people.indices.map(Self.id) + [TenantPlace.mailbox]).filter(text.contains)
    }

    @Test(arguments: ["text", "json", "json-lines", "nagios"])
    func noNameComesOutOfARunAtTrace(form: String) async throws {
        let folder = place.place.folder
        let run = try await ProgramRun(
            ["verify-scope", "--config", place.place.config, "--redact", "--closed-from", try list()]
                + [
                    "--report", folder("report.json"), "--html", folder("page.html"), "--metrics",
                    folder("m.prom"),
                ]
                + (form == "text" ? [] : ["--\(form)"]))
        #expect([2, 3].contains(run.exitCode), "\(run.errors)")
        #expect(run.errors.contains("transfer done") && run.errors.contains("/users/anon-"))
        #expect(leaks(run.errors) == [], "\(run.errors)")
        #expect(leaks(run.output) == [], "\(run.output)")
        for file in ["report.json", "page.html", "m.prom"] {
            let text = try String(contentsOfFile: folder(file), encoding: .utf8)
            #expect(leaks(text) == [], "\(file)")
            #expect(!text.isEmpty)
        }
    }

    @Test func noNameComesOutOfAFailure() async throws {
        let folder = place.place.folder
        let config = ["--config", place.place.config, "--redact"]
        let lists = [
            try list("a.csv", more: "Robin Smith,not an id,\r\n"),
            try list("b.csv", more: "robin smith@contoso.test,,\r\n"),
            try list(
                "c.csv",
                more: "reports@contoso.test,\(Self.id(8)),\r\nreports@contoso.test,\(Self.id(9)),\r\n"),
            folder("robin-smith.csv"),
            try folder.write("d.txt", "finance@contoso.test\nRobin Smith\n"),
            try folder.write("finance.txt", "PrimarySmtpAddress\n\"finance@contoso.test\n"),
        ]
        for list in lists {
            let run = try await ProgramRun(["verify-scope"] + config + ["--closed-from", list])
            #expect(run.exitCode == 1 || run.exitCode == 2, "\(run.errors)")
            #expect(leaks(run.errors + run.output) == [], "\(list): \(run.errors)")
        }
        let others = [
            ["--closed", "Robin Smith"], ["--closed", "reports@contoso.test"],
            ["--closed", "finance@contoso.test", "--policy", folder("robin-smith.yaml")],
            [
                "--closed", "finance@contoso.test", "--policy",
                try folder.write("robin.yaml", "closed: [Robin Smith]\nrobin: smith\n"),
            ],
            [
                "--closed", "finance@contoso.test", "--resume",
                try folder.write("robin.journal", "Robin Smith\n"),
            ],
            ["--closed", "finance@contoso.test", "--html", folder("robin/smith.html")],
            ["--closed", "finance@contoso.test", "--metrics", folder("robin/smith.prom")],
        ]
        for words in others {
            let run = try await ProgramRun(["verify-scope"] + config + words)
            #expect(run.exitCode != 0 && !run.errors.isEmpty)
            #expect(leaks(run.errors + run.output) == [], "\(words): \(run.errors)")
        }
    }
}
