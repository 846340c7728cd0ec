import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import Testing
import Verification

@testable import mailscope

@Suite struct RedactionTests {
    let redactor: ReportRedactor

    init() {
        let hash = KeyedHash(key: Secret(Array("0123456789abcdef".utf8)))
        redactor = ReportRedactor { hash.hex(of: $0) ?? "" }
    }

    /// Whatever a person, a mailbox or the app could be known by in the sample.
    private func names(_ report: VerificationReport) -> Set<String> {
        var names = Set(report.subject.open)
        for mailbox in report.mailboxes {
            names.formUnion([mailbox.label, mailbox.objectID].compactMap(\.self))
            names.formUnion(mailbox.probes.map(\.name.text))
        }
        names.formUnion(report.tokens.flatMap { [$0.appName, $0.servicePrincipal].compactMap(\.self) })
        return names
    }

    @Test func leavesNoNameInJSONOrOnThePage() throws {
        var report = try SampleReport.read()
        report.tokens[0].appName = "Robin's reader"
        report.controls[1].detail = "429: reports@contoso.com asked too often"
        report.mailboxes[0].probes[0].requestID = "for-board@contoso.com"
        report.controls[0].requestID = "board@contoso.com"
        report.toConclude = ["ask 'finance@contoso.com' (22222222-0000-4000-8000-000000000003) again."]
        // A list may have anything in that column.
        report.mailboxes[0].recipientType = "Board@contoso.com"
        report.plan.sources = ["--closed finance@contoso.com, board@contoso.com"]
        let redacted = redactor.report(report)
        let texts = [String(decoding: try redacted.json(), as: UTF8.self), VerificationPage(redacted).html]
        #expect(names(report).count > 10)
        for text in texts.map({ $0.lowercased() }) {
            for name in names(report) { #expect(!text.contains(name.lowercased()), "\(name)") }
            #expect(!text.contains("@contoso"))
            #expect(!text.contains(report.plan.digest))
            #expect(text.contains(report.subject.clientID))
            #expect(text.contains(report.mailboxes[0].probes[8].requestID ?? "?"))
        }
    }

    @Test func givesOneAddressOneHash() throws {
        let report = try SampleReport.read()
        let redacted = redactor.report(report)
        let hash = redacted.mailboxes[0].label
        #expect(hash.hasPrefix("anon-") && hash.utf8.count == 21)
        let names = redacted.mailboxes[0].probes.map(\.name)
        #expect(names.first { $0.kind == .primaryAddress }?.text == hash)
        // Capitals are the same address.
        #expect(names.first { $0.kind == .caseVariant }?.text == hash)
        #expect(names.first { $0.kind == .objectID }?.text == redacted.mailboxes[0].objectID)
        #expect(redacted.subject.open[0] == redacted.controls[0].mailbox)
        #expect(redactor.text("Ask finance@contoso.com.") == "Ask \(hash).")
        #expect(Set(redacted.mailboxes.map(\.label)).count == redacted.mailboxes.count)
    }

    @Test(arguments: [
        ("'o'brien@contoso.com' is", "'HASH' is", "o'brien@contoso.com"),
        ("/v1.0/users/a=b{c@contoso.com/messages", "/v1.0/users/HASH/messages", "a=b{c@contoso.com"),
        ("a/b@contoso.com, c", "HASH, c", "a/b@contoso.com"),
        ("SMTP:müller@contoso.com.", "SMTP:HASH.", "müller@contoso.com"),
        ("a, boss[x]y:z@contoso.com", "a, HASH", "boss[x]y:z@contoso.com"),
        ("(<a@contoso.com>,b", "(<HASH>,b", "a@contoso.com"),
        (
            "id=22222222-0000-4000-8000-000000000003/x", "id=HASH/x", "22222222-0000-4000-8000-000000000003"
        ),
        ("open lists/Anna Smith.csv: no", "open HASH: no", "lists/Anna Smith.csv"),
    ])
    func findsNamesInText(text: String, expected: String, name: String) {
        let redactor = redactor.knowing(["lists/Anna Smith.csv"])
        #expect(redactor.text(text) == expected.replacing("HASH", with: redactor.name(name)))
    }

    @Test func changesNothingThatWasFound() throws {
        let report = try SampleReport.read()
        let redacted = redactor.report(report)
        #expect(redacted.redaction == ReportRedactor.method)
        #expect(redacted.verdict == report.verdict && redacted.mailboxCounts == report.mailboxCounts)
        #expect(redacted.mailboxes.map(\.state) == report.mailboxes.map(\.state))
        #expect(
            redacted.mailboxes.flatMap(\.probes).map(\.answer)
                == report.mailboxes.flatMap(\.probes).map(\.answer))
        #expect(redacted.summary == report.summary)
        #expect(redacted.plan.sources[0].hasPrefix("anon-"))
    }
}
