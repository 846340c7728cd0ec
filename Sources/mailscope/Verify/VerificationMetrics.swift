import FoundationEssentials
import Verification

/// A report as metrics for the textfile collector. No mailbox is named: labels would grow with them.
struct VerificationMetrics {
    static let verdictName = "mailscope_scope_verdict"
    static let verdictHelp = "1 for the verdict of the last run."
    static let lastRunName = "mailscope_scope_last_run_timestamp_seconds"
    static let lastRunHelp = "When the last run ended."

    private let report: VerificationReport

    init(_ report: VerificationReport) { self.report = report }

    var text: String {
        var metrics = MetricsText()
        metrics.add(
            Self.verdictName, Self.verdictHelp,
            Verdict.allCases.map {
                .init(labels: ["verdict": $0.rawValue], value: $0 == report.verdict ? 1 : 0)
            })
        let mailboxes = [
            ("closed", report.mailboxCounts.closed), ("inconclusive", report.mailboxCounts.inconclusive),
            ("breach", report.mailboxCounts.breach),
        ]
        metrics.add(
            "mailscope_scope_mailboxes", "Closed mailboxes by what was found.",
            mailboxes.map { .init(labels: ["state": $0], value: Double($1)) })
        let probes = [
            ("denied", report.probeCounts.denied), ("notGranted", report.probeCounts.notGranted),
            ("readable", report.probeCounts.readable),
            ("inconclusive", report.probeCounts.inconclusive),
        ]
        metrics.add(
            "mailscope_scope_probes", "Probes by what was found.",
            probes.map { .init(labels: ["answer": $0], value: Double($1)) })
        metrics.add(
            "mailscope_scope_controls", "Readings of the open mailbox.",
            [("true", report.controlsHeld), ("false", report.controlsFailed)].map {
                .init(labels: ["held": $0], value: Double($1))
            })
        metrics.add(
            Self.lastRunName, Self.lastRunHelp, report.ended.timeIntervalSince1970.rounded(.down))
        metrics.add(
            "mailscope_scope_duration_seconds", "How long the last run took.",
            report.ended.timeIntervalSince(report.started).rounded(.down))
        return metrics.text
    }
}
