import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

/// `verify-scope` as built, over TLS, against the simulated tenant.
@Suite struct VerifyTests {
    let place: TenantPlace

    init() throws { place = try TenantPlace() }

    @Test func anOpenTenantIsABreachAndAConfinedOneIsNot() async throws {
        var run = try await place.run("verify-scope", "--closed", "finance@contoso.test")
        #expect(run.exitCode == 3, "\(run.errors)")
        #expect(run.output.hasPrefix("BREACH: 1 of 1 closed mailbox readable"), "\(run.output)")
        place.confine()
        run = try await place.run(
            "verify-scope", "--closed", "finance@contoso.test", "--rounds", "2", "--every", "1s")
        #expect(run.exitCode == 0 && run.output.hasPrefix("confined: "), "\(run.output)\(run.errors)")
        run = try await place.run("verify-scope", "--closed", "finance@contoso.test", "--quiet")
        #expect(run.exitCode == 0 && run.output.isEmpty && run.errors.isEmpty)
    }

    @Test(arguments: [
        ["--report", "out", "--html", "./out"], ["--report", "out", "--metrics", "out.jws"],
        ["--resume", "./out", "--html", "out"],
    ])
    func writesNoTwoResultsIntoOneFile(words: [String]) async throws {
        let run = try await ProgramRun(
            ["verify-scope", "--closed", "finance@contoso.test", "--config", place.place.config] + words)
        #expect(
            run.exitCode == 64 && run.errors.contains("would be written to the same file"), "\(run.errors)")
    }

    @Test func drawsTheEvidenceIntoThePage() async throws {
        place.confine()
        let folder = place.place.folder
        let ids = [
            ("11111111-2222-4333-8444-555555555555", place.tenant.directory.tenantID),
            ("3c0f8f0e-9a55-4f0c-8a3b-6f1d2f0f5a22", "11111111-0000-4000-8000-000000000002"),
            ("9a3d1c1e-51c5-4a52-8d7b-0a6f8f5b2c77", TenantPlace.mailbox),
            ("invoices@contoso.com", "reports@contoso.test"),
        ]
        func here(_ text: String) -> String { ids.reduce(text) { $0.replacing($1.0, with: $1.1) } }
        let specification = here(try String(contentsOfFile: PolicyCheckTests.policy, encoding: .utf8))
            .replacing("  - ceo@contoso.com", with: "  - finance@contoso.test")
            .replacing("  - sales@contoso.com # a shared mailbox", with: "")
        try folder.write("policy.yaml", specification)
        try folder.write("exchange.json", here(PolicyCheckTests.exchange))
        try folder.write("directory.json", here(PolicyCheckTests.directory))
        let words = [
            "verify-scope", "--config", place.place.config, "--policy", folder("policy.yaml"), "--evidence",
            folder("exchange.json"), "--evidence", folder("directory.json"),
        ]
        let refused = try await ProgramRun(words)
        #expect(refused.exitCode == 64, "\(refused.errors)")
        let run = try await ProgramRun(words + ["--html", folder("page.html")])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let page = try String(contentsOfFile: folder("page.html"), encoding: .utf8)
        #expect(page.contains("<svg") && page.contains("by the administrators' evidence"))
        #expect(!page.contains("<script"))
    }

    @Test func whatIsNotThereIsInconclusive() async throws {
        place.confine()
        let run = try await place.run("verify-scope", "--closed", "nobody@contoso.test")
        #expect(run.exitCode == 5 && run.output.hasPrefix("inconclusive: "), "\(run.output)\(run.errors)")
    }

    @Test func monitoringGetsItsLineAndItsMetrics() async throws {
        place.confine()
        let list = try place.place.folder.write(
            "closed.csv", "PrimarySmtpAddress\r\nfinance@contoso.test\r\n")
        let metrics = place.place.folder("scope.prom")
        let run = try await place.run("verify-scope", "--closed-from", list, "--nagios", "--metrics", metrics)
        #expect(run.exitCode == 0 && run.output.hasPrefix("MAILSCOPE OK - confined"), "\(run.output)")
        #expect(
            try String(contentsOfFile: metrics, encoding: .utf8)
                .contains("mailscope_scope_verdict{verdict=\"confined\"} 1\n"))
        let unredacted = try await place.run(
            "verify-scope", "--closed-from", list, "--nagios", "--redact-key", list + ".not")
        #expect(unredacted.exitCode == 3 && unredacted.output.hasPrefix("MAILSCOPE UNKNOWN - "))
        place.tenant.stop()
        let failed = try await place.run("verify-scope", "--closed-from", list + ".not", "--nagios")
        #expect(failed.exitCode == 3 && failed.output.hasPrefix("MAILSCOPE UNKNOWN - "))
    }

    /// A breach that nobody hears of would be as bad as a false "confined".
    @Test func aFileThatCannotBeWrittenCostsNoBreach() async throws {
        let folder = place.place.folder
        let metrics = try folder.write("scope.prom", "mailscope_scope_verdict{verdict=\"confined\"} 1\n")
        let words = [
            "verify-scope", "--config", place.place.config, "--closed", "finance@contoso.test", "--report",
            folder("none/report.json"), "--metrics", metrics,
        ]
        let breach = try await ProgramRun(words)
        #expect(breach.exitCode == 3 && breach.errors.contains("none/report.json cannot be written"))
        let said = try String(contentsOfFile: metrics, encoding: .utf8)
        #expect(said.contains("mailscope_scope_verdict{verdict=\"breach\"} 1\n"), "\(said)")
        let line = try await ProgramRun(words + ["--nagios"])
        #expect(line.exitCode == 2 && line.output.split(separator: "\n").count == 1, "\(line.output)")
        place.confine()
        let confined = try await ProgramRun(words)
        #expect(confined.exitCode == 1 && confined.output.hasPrefix("confined: "), "\(confined.output)")
    }

    @Test(arguments: [
        ("| head -n 1 >/dev/null", false, 3), (">/dev/full", false, 3), (">/dev/full", true, 1),
    ])
    func linesThatCannotBeWrittenCostNoBreachAndMakeNoSuccess(
        to output: String, isConfined: Bool, code: Int32
    ) async throws {
        if isConfined { place.confine() }
        let run = try await ProgramRun(
            program: "/bin/bash",
            [
                "-c",
                "set -o pipefail; \"$0\" verify-scope --config \"$1\" --closed finance@contoso.test --json-lines \(output)",
                ProgramRun.folder + "/mailscope", place.place.config,
            ])
        #expect(run.exitCode == code, "\(run.errors)")
    }

    @Test func everyProbeIsALineAndTheReportTheLast() async throws {
        place.confine()
        let run = try await place.run("verify-scope", "--closed", "finance@contoso.test", "--json-lines")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count { $0.contains("\"event\":\"probe\"") } == 8)
        #expect(lines.last?.contains("\"event\":\"report\"") == true)
        for token in place.tenant.issuedTokens { #expect(!run.output.contains(token)) }
    }

    @Test func nothingNamedOrTheOpenMailboxNamedIsRefused() async throws {
        #expect(try await place.run("verify-scope").exitCode == 64)
        let run = try await place.run("verify-scope", "--closed", "REPORTS@contoso.test")
        #expect(run.exitCode == 64 && run.errors.contains("cannot be closed"))
    }
}
