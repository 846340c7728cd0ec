import FoundationEssentials
import Verification

/// A report as metrics for the textfile collector. No mailbox is named: labels would grow with them.
struct VerificationMetrics {
    private let report: VerificationReport

    init(_ report: VerificationReport) { self.report = report }

    var text: String {
        var text = ""
        func metric(_ name: String, _ help: String, _ values: [(labels: String, value: Int)]) {
            text += "# HELP mailscope_scope_\(name) \(help)\n# TYPE mailscope_scope_\(name) gauge\n"
            for value in values { text += "mailscope_scope_\(name)\(value.labels) \(value.value)\n" }
        }
        metric(
            "verdict", "1 for the verdict of the last run.",
            Verdict.allCases.map { ("{verdict=\"\($0.rawValue)\"}", $0 == report.verdict ? 1 : 0) })
        metric(
            "mailboxes", "Closed mailboxes by what was found.",
            [
                ("{state=\"closed\"}", report.mailboxCounts.closed),
                ("{state=\"inconclusive\"}", report.mailboxCounts.inconclusive),
                ("{state=\"breach\"}", report.mailboxCounts.breach),
            ])
        metric(
            "probes", "Probes by what was found.",
            [
                ("{answer=\"denied\"}", report.probeCounts.denied),
                ("{answer=\"notGranted\"}", report.probeCounts.notGranted),
                ("{answer=\"readable\"}", report.probeCounts.readable),
                ("{answer=\"inconclusive\"}", report.probeCounts.inconclusive),
            ])
        metric(
            "controls", "Readings of the open mailbox.",
            [("{held=\"true\"}", report.controlsHeld), ("{held=\"false\"}", report.controlsFailed)])
        metric(
            "last_run_timestamp_seconds", "When the last run ended.",
            [("", Int(report.ended.timeIntervalSince1970))])
        metric(
            "duration_seconds", "How long the last run took.",
            [("", Int(report.ended.timeIntervalSince(report.started)))])
        return text
    }
}
