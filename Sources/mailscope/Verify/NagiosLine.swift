import Verification

/// A report as a plugin of Nagios says it. Source: Nagios Plugin Development Guidelines, "Plugin Output" and "Return Codes".
struct NagiosLine {
    static let unknown: Int32 = 3
    let text: String
    let code: Int32

    init(_ report: VerificationReport) {
        let state: (name: String, code: Int32) =
            switch report.verdict {
            case .confined: ("OK", 0)
            case .breach: ("CRITICAL", 2)
            case .inconclusive: ("UNKNOWN", Self.unknown)
            }
        code = state.code
        // The bar begins the performance data.
        let summary = report.summary.replacing("|", with: "/")
        let counts = report.mailboxCounts
        text =
            "MAILSCOPE \(state.name) - \(summary) | readable=\(counts.breach);;0 inconclusive=\(counts.inconclusive) "
            + "closed=\(counts.closed) probes=\(report.probeCounts.total)"
    }
}
