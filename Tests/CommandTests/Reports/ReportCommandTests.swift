import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import TestSupport
import Testing
import Verification

@testable import mailscope

@Suite struct ReportCommandTests {
    let place: Workplace
    let report: String

    init() throws {
        place = try Workplace()
        report = place.folder("report.json")
        let signer = try OpenSSLSigner(
            loading: IdentityFiles(
                key: place.folder("key.pem"), certificate: place.folder("certificate.pem")),
            now: nil)
        try ReportFiles(html: place.folder("report.html"), report: report).write(
            SampleReport.read(), signer: signer)
    }

    private func verify(_ words: String...) async throws -> ProgramRun {
        let run = try await ProgramRun(
            ["report", "verify", report, "--certificate", place.folder("certificate.pem")] + words)
        // The folder must not go before the program has ended.
        return withExtendedLifetime(place) { run }
    }

    @Test func saysThatTheSignatureFits() async throws {
        let run = try await verify()
        #expect(run.exitCode == 0)
        #expect(run.output.hasPrefix("signature    fits: no byte has changed since it was signed\n"))
        #expect(run.output.contains("verdict      BREACH: 2 of 412 closed mailboxes readable"))
        // The sample is older than the key.
        #expect(
            run.errors.contains(
                "warning: the certificate was not valid when the report says that it was made"))
    }

    @Test func answersNoWhereAByteWasChanged() async throws {
        let text = try String(contentsOfFile: report, encoding: .utf8)
        try place.folder.write("report.json", text.replacing("\"breach\"", with: "\"confine\""))
        let run = try await verify()
        #expect(run.exitCode == 3)
        #expect(run.output.hasPrefix("signature    DOES NOT FIT: the report or its signature was changed"))
        #expect(!run.output.contains("verdict"))
    }

    @Test func answersNoForAnotherCertificate() async throws {
        try place.writeIdentity()
        let run = try await verify("--json")
        #expect(run.exitCode == 3)
        #expect(run.output.contains("\"fits\" : false"))
        #expect(run.output.contains("it was signed with another certificate (SHA-256 "))
    }

    @Test func refusesWhatCannotBeChecked() async throws {
        let none = try await verify("--signature", place.folder("absent.jws"))
        #expect(none.exitCode == 2)
        #expect(none.errors.contains("there is no such file"))
        let odd = try await verify("--signature", place.folder("certificate.pem"))
        #expect(odd.exitCode == 2)
        #expect(odd.errors.contains("holds no detached signature"))
        let certificate = try await ProgramRun(["report", "verify", report, "--certificate", report])
        #expect(certificate.exitCode == 2)
    }

    /// Whoever gave the file may have written it himself.
    @Test(
        arguments: [
            { $0.verdict = .confined }, { $0.verdict = .inconclusive }, { $0.probeCounts.readable = .max },
            { $0.controlsHeld = .max }, { $0.plan.everySeconds = .max },
            { $0.rounds[0].probes.denied = .max },
            { $0.controlsFailed = .min }, { $0.unlistedMailboxes.closed = -1 }, { $0.plan.mailboxes = -1 },
        ] as [@Sendable (inout VerificationReport) -> Void])
    func makesNoPageOfWhatNoRunCanHaveFound(edit: @Sendable (inout VerificationReport) -> Void) async throws {
        var edited = try SampleReport.read()
        edit(&edited)
        let path = place.folder("edited.json")
        try ReportFiles.write(try edited.json(), to: path)
        let run = try await ProgramRun(["report", "page", path, "--html", place.folder("edited.html")])
        #expect(run.exitCode == 2 && run.errors.contains("edited.json is no report of verify-scope"))
    }

    @Test func makesAPageOfAReport() async throws {
        let page = place.folder("again.html")
        let run = try await ProgramRun(["report", "page", report, "--html", page])
        #expect(run.exitCode == 0)
        #expect(
            try String(contentsOfFile: page, encoding: .utf8)
                == String(contentsOfFile: place.folder("report.html"), encoding: .utf8))
        let other = try await ProgramRun(["report", "page", place.config, "--html", page])
        #expect(other.exitCode == 2)
        #expect(other.errors.contains("is no report of verify-scope that this version can read"))
    }

    @Test func redactsWithAKeyThatIsGiven() async throws {
        try place.folder.write("redact.key", "0123456789abcdef0123456789abcdef\n")
        var pages: [String] = []
        for name in ["one.html", "two.html"] {
            let run = try await ProgramRun([
                "report", "page", report, "--html", place.folder(name), "--redact-key",
                place.folder("redact.key"),
            ])
            #expect(run.exitCode == 0)
            pages.append(try String(contentsOfFile: place.folder(name), encoding: .utf8))
        }
        #expect(pages[0] == pages[1])
        #expect(pages[0].contains("anon-") && !pages[0].contains("@contoso.com"))
        try place.folder.write("redact.key", "short\n")
        let run = try await ProgramRun([
            "report", "page", report, "--html", place.folder("x.html"), "--redact-key",
            place.folder("redact.key"),
        ])
        #expect(run.exitCode == 2)
    }
}
