import LinuxHost
import MailscopeKit

/// The answer of `policy check`.
struct PolicyCheckReport: Encodable {
    /// The form of this answer; another number where its meaning changes.
    let schema = "mailscope-policy-check/1"
    let verdict: String
    let application: String
    let tenantID: String
    let clientID: String
    let taken: [String]
    let mailboxes: [Mailbox]
    let ways: [Way]
    let findings: [Finding]

    struct Mailbox: Encodable {
        let name: String
        let objectID: String?
        /// What is wanted: `open` or `closed`.
        let wanted: String
        /// Each right with `yes`, `no` or `cannot tell`.
        let rights: [String: String]
        let outcome: String
        let text: String
        let reasons: [String]
    }

    struct Way: Encodable {
        let text: String
        let rights: [String]
        let opens: [String]
        let cannotTell: [String]
        let outcome: String
        let reasons: [String]
        /// The row of the evidence.
        let proof: String?
    }

    struct Finding: Encodable {
        let outcome: String
        let about: String
        let text: String
        let reasons: [String]
        let proof: String?

        init(_ finding: AccessFinding) {
            outcome = finding.outcome.rawValue
            about = finding.subject.rawValue
            text = finding.text
            reasons = finding.reasons
            proof = finding.proof
        }
    }

    private enum CodingKeys: CodingKey {
        case schema, verdict, application, tenantID, clientID, taken, mailboxes, ways, findings
    }

    let exitCode: ExitCode

    init(_ comparison: AccessComparison, _ specification: PolicySpecification) {
        let access = comparison.access
        verdict = comparison.outcome.rawValue
        exitCode =
            switch comparison.outcome {
            case .notAsWanted: .answeredNo
            case .cannotTell: .inconclusive
            case .asWanted, .note: .done
            }
        application = specification.application.name
        tenantID = comparison.wish.tenantID
        clientID = comparison.wish.clientID
        taken = access.evidence.taken
        mailboxes = zip(access.roster.mailboxes.indices, comparison.mailboxFindings).map { index, finding in
            let mailbox = access.roster.mailboxes[index]
            let rights = MailRight.allCases.map { ($0.rawValue, access.has($0, at: index).certainty.text) }
            return Mailbox(
                name: mailbox.label, objectID: mailbox.objectID,
                wanted: mailbox.role == .open ? "open" : "closed",
                rights: Dictionary(uniqueKeysWithValues: rights), outcome: finding.outcome.rawValue,
                text: finding.text, reasons: finding.reasons)
        }
        ways = zip(access.ways, comparison.wayFindings).map { way, finding in
            let reach = way.reach(over: access.roster)
            return Way(
                text: finding.text, rights: MailRight.allCases.filter(way.rights.contains).map(\.rawValue),
                opens: way.rights.isEmpty
                    ? [] : reach.open + (reach.opensEveryOther ? ["every other mailbox"] : []),
                cannotTell: reach.uncertain, outcome: finding.outcome.rawValue, reasons: finding.reasons,
                proof: way.proof)
        }
        findings = comparison.otherFindings.map(Finding.init)
    }

    /// For a person; nothing in it can steer a terminal.
    var text: String {
        let rows = mailboxes.map { mailbox in
            [mailbox.name, mailbox.wanted, mailbox.outcome, mailbox.rightsText].map { LogWriter.escaped($0) }
        }
        var lines = [
            "\(verdict): \(LogWriter.escaped(application)) (\(clientID))", "",
            Table.list(["MAILBOX", "WANTED", "VERDICT", "THE APP CAN"], rows),
        ]
        let all =
            mailboxes.filter { $0.outcome != AccessFinding.Outcome.asWanted.rawValue }
            .map { ($0.outcome, $0.text, $0.reasons, nil as String?) }
            + ways.map { ($0.outcome, $0.text, $0.reasons, $0.proof) }
            + findings.map { ($0.outcome, $0.text, $0.reasons, $0.proof) }
        for outcome in [AccessFinding.Outcome.notAsWanted, .cannotTell, .asWanted, .note] {
            let group = all.filter { $0.0 == outcome.rawValue }
            if group.isEmpty { continue }
            lines += ["", outcome.heading]
            for (_, text, reasons, proof) in group {
                lines.append("- " + LogWriter.escaped(text))
                lines += reasons.map { "    " + LogWriter.escaped($0) }
                if let proof { lines.append("    row: " + LogWriter.escaped(proof)) }
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension PolicyCheckReport.Mailbox {
    /// `read, perhaps send`, or `nothing`.
    var rightsText: String {
        let surely = Set(MailRight.allCases.filter { rights[$0.rawValue] == Certainty.yes.text })
        let perhaps = Set(MailRight.allCases.filter { rights[$0.rawValue] == Certainty.cannotTell.text })
        let parts = [
            surely.isEmpty ? nil : surely.text, perhaps.isEmpty ? nil : "perhaps " + perhaps.text,
        ].compactMap(\.self)
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }
}

extension AccessFinding.Outcome {
    /// Above the findings of one kind.
    var heading: String {
        switch self {
        case .notAsWanted: "NOT AS WANTED"
        case .cannotTell: "CANNOT TELL"
        case .asWanted: "AS WANTED"
        case .note: "NOTES"
        }
    }
}

extension Certainty {
    var text: String {
        switch self {
        case .no: "no"
        case .cannotTell: "cannot tell"
        case .yes: "yes"
        }
    }
}
