import FoundationEssentials
import LinuxHost
import MailscopeKit
import Verification

/// One event of a run as a line of JSON, for `--json-lines`. The last line is the report.
struct ProbeLine: Encodable {
    let event: String
    var time: Date?
    var attempt: Int?
    var mailbox: String?
    var probe: ProbeFinding?
    var control: ControlRecord?
    var probes: Int?
    var verdict: Verdict?
    var text: String?
    var report: VerificationReport?

    /// Nil for what only a bar shows.
    init?(_ event: ProbeEvent, _ redactor: ReportRedactor?) {
        switch event {
        case .probe(let finding, let mailbox, let attempt):
            self.event = "probe"
            probe = redactor?.probe(finding) ?? finding
            self.mailbox = redactor?.name(mailbox) ?? mailbox
            self.attempt = attempt
        case .control(let record, let attempt):
            self.event = "control"
            control = redactor?.control(record) ?? record
            self.attempt = attempt
        case .voided(let mailbox, let probes, let reason):
            self.event = "voided"
            self.mailbox = redactor?.name(mailbox) ?? mailbox
            (self.probes, text) = (probes, reason)
        case .waiting(let until, let verdict):
            self.event = "waiting"
            (time, self.verdict) = (until, verdict)
        case .resting(let until, let round):
            self.event = "resting"
            (time, text) = (until, "round \(round)")
        case .notice(let text, let detail):
            self.event = "notice"
            self.text = redactor?.text(text) ?? text + (detail.map { ": \($0)" } ?? "")
        case .progress: return nil
        }
    }

    init(_ report: VerificationReport) {
        event = "report"
        self.report = report
    }

    /// Writes it to standard output; a reader who has gone wanted no more.
    func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try Console().answer(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
