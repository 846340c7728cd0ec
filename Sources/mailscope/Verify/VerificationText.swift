import FoundationEssentials
import LinuxHost
import MailscopeKit
import Verification

/// A report for a terminal: the verdict in one line, the findings with breaches first, the controls, what was not tested.
struct VerificationText {
    let report: VerificationReport
    let wantsColour: Bool
    /// Findings beyond are counted.
    static let limit = 50

    var text: String {
        var parts = [coloured(report.summary)]
        if !report.toConclude.isEmpty {
            parts.append("to make it conclusive:\n" + list(report.toConclude))
        }
        if let findings { parts.append(findings) }
        if !report.notes.isEmpty { parts.append("to be noted:\n" + list(report.notes)) }
        if !report.roles.isEmpty {
            parts.append(
                "permissions beyond what is needed:\n"
                    + list(report.roles.map { "\($0.role) (\($0.resource)) opens \($0.opens): \($0.mend)" }))
        }
        parts.append(controls)
        if let resumed = report.resumed {
            parts.append(
                "\(Quantity.count(resumed.mailboxes, "answer")) taken over from an interrupted run, given between "
                    + "\(UTCMoment.text(resumed.oldest)) and \(UTCMoment.text(resumed.newest))")
        }
        parts.append("not tested:\n" + list(report.notTested))
        return parts.map(LogWriter.lines).joined(separator: "\n\n")
    }

    private func coloured(_ line: String) -> String {
        guard wantsColour else { return line }
        let colour =
            switch report.verdict {
            case .confined: "32"
            case .breach: "1;31"
            case .inconclusive: "33"
            }
        return "\u{1B}[\(colour)m\(line)\u{1B}[0m"
    }

    private func list(_ lines: [String]) -> String { lines.map { "  - " + $0 }.joined(separator: "\n") }

    /// A row for each mailbox and answer: what is alike is one row.
    private var findings: String? {
        var rows: [[String]] = []
        var left = 0
        for mailbox in report.mailboxes where mailbox.state != .closed {
            var groups: [(key: [String], probes: [ProbeFinding])] = []
            for probe in mailbox.probes where probe.answer != .denied {
                let key = [answer(probe), probe.name.text]
                if let index = groups.firstIndex(where: { $0.key == key }) {
                    groups[index].probes.append(probe)
                } else {
                    groups.append((key, [probe]))
                }
            }
            groups.sort { $0.probes[0].answer > $1.probes[0].answer }
            for group in groups {
                guard rows.count < Self.limit else {
                    left += 1
                    continue
                }
                let probe = group.probes[0]
                rows.append([
                    probe.answer == .readable ? "READABLE" : "unclear", mailbox.label, probe.name.text,
                    group.probes.map(\.door.title).joined(separator: " "), UTCMoment.text(probe.time),
                    probe.requestID ?? "-", group.key[0],
                ])
            }
        }
        guard !rows.isEmpty else { return nil }
        var text = Table.list(
            ["STATE", "MAILBOX", "ASKED BY", "DOORS", "TIME", "REQUEST ID", "ANSWER"], rows)
        let unlisted = report.unlistedMailboxes.breach + report.unlistedMailboxes.inconclusive
        if left + unlisted > 0 {
            text +=
                "\n… and \(Quantity.number(left)) more rows, \(Quantity.number(unlisted)) more mailboxes; --json-lines has all"
        }
        return text
    }

    private func answer(_ probe: ProbeFinding) -> String {
        if probe.answer == .readable { return "200" }
        return probe.detail ?? probe.doubt?.meaning ?? "no answer"
    }

    private var controls: String {
        var text =
            "controls: \(report.subject.open.joined(separator: ", ")) read \(Quantity.count(report.controlsHeld, "time"))"
        if report.controlsFailed > 0 { text += ", failed \(Quantity.count(report.controlsFailed, "time"))" }
        if let token = report.tokens.last {
            let roles = token.roles ?? []
            text +=
                "\ntoken: app \(token.app ?? "unknown"), service principal \(token.servicePrincipal ?? "unknown"), roles "
            text += roles.isEmpty ? "none" : roles.joined(separator: ", ")
            if let issued = token.issued { text += ", issued \(UTCMoment.text(issued))" }
        }
        return text
    }
}

extension LogWriter {
    /// Several lines, each made harmless to a terminal; colours of ours stay.
    fileprivate static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isOurs = line.hasPrefix("\u{1B}[") && line.hasSuffix("\u{1B}[0m")
            return isOurs ? String(line) : LogWriter.escaped(String(line))
        }.joined(separator: "\n")
    }
}
