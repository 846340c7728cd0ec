import FoundationEssentials
import Verification

/// The report that the documentation shows, and changes of it.
enum SampleReport {
    static let path = "docs/schema/verification-report.example.json"

    static func read() throws -> VerificationReport {
        try VerificationReport(json: PackageFiles.bytes(path))
    }

    /// With other findings; counts follow.
    static func with(
        _ mailboxes: [MailboxFinding], closed: Int = 0, verdict: Verdict = .breach
    ) throws -> VerificationReport {
        var report = try read()
        report.verdict = verdict
        report.mailboxes = mailboxes
        report.mailboxCounts.breach = mailboxes.count { $0.state == .breach }
        report.mailboxCounts.inconclusive = mailboxes.count { $0.state == .inconclusive }
        report.mailboxCounts.closed = closed
        report.unlistedMailboxes.closed = closed - mailboxes.count { $0.state == .closed }
        return report
    }
}
