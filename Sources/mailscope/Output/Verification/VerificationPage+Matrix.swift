import MailscopeKit
import Verification

/// Mailboxes by doors.
extension VerificationPage {
    var matrixSection: String {
        let open = report.mailboxes.filter { $0.state != .closed }
        let closed = report.mailboxes.filter { $0.state == .closed }
        let shown = closed.prefix(Self.closedLimit)
        let heads = report.plan.doors.map {
            "<th scope=\"col\"><code>\($0.title.replacing("/", with: "/<wbr>"))</code></th>"
        }.joined()
        let rows = (open + shown).map(row) + rests(closedShown: shown.count)
        return section(
            "matrix", "Mailboxes and doors",
            """
            <p class="legend"><span class="cell breach"><i>✗</i> readable</span> <span class="cell doubt"><i>?</i> \
            inconclusive</span> <span class="cell good"><i>✓</i> denied</span> <span class="cell plain"><i>–</i> not granted</span> Each cell is the worst of all names and rounds. \
            "Policy" after a denial: an application access policy made it; else the service does not say what did.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Mailboxes and doors">
            <table class="matrix"><thead><tr><th scope="col">Mailbox</th>\(heads)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            """)
    }

    private func row(_ mailbox: MailboxFinding) -> String {
        let cells = report.plan.doors.map { door in
            cell(mailbox.probes.filter { $0.door == door }, mailbox.state, door)
        }.joined()
        var notes = [mailbox.state == .breach ? "readable" : mailbox.state.rawValue]
        if let type = mailbox.recipientType { notes.append(type) }
        if mailbox.isKnownToExist { notes.append("exists by the list") }
        return
            "<tr><th scope=\"row\"><span class=\"name\">\(Markup.escaped(mailbox.label))</span> "
            + "<small>\(Markup.escaped(notes.joined(separator: ", ")))</small></th>\(cells)</tr>"
    }

    private func cell(
        _ probes: [ProbeFinding], _ state: MailboxFinding.State, _ door: ProbeDoor
    ) -> String {
        let (style, sign, word, note): (String, String, String, String)
        switch probes.map(\.answer).max() {
        case .readable?:
            let names = probes.count { $0.answer == .readable }
            (style, sign, word) = ("breach", "✗", "readable")
            note = names == probes.count ? "by every name" : "by \(names) of \(probes.count) names"
        case .inconclusive?:
            let doubts = probes.filter { $0.answer == .inconclusive }
            (style, sign, word) = ("doubt", "?", "inconclusive")
            note = Set(doubts.compactMap(\.doubt?.short)).sorted().joined(separator: ", ")
        case .notGranted?:
            (style, sign, word, note) = ("plain", "–", "not granted", "nor in the open mailbox")
        case .denied?:
            let isPolicy = probes.allSatisfy { $0.way == .accessPolicy }
            (style, sign, word) = ("good", "✓", "denied")
            note = Quantity.count(probes.count, "name") + (isPolicy ? ", policy" : "")
        case nil:
            // Taken over from an interrupted run without its single answers, or never asked.
            (style, sign, word, note) =
                state == .closed
                ? (
                    "good", "✓", "denied",
                    ProbeDoor.otherData.contains(door)
                        ? "or not granted, in the interrupted run" : "in the interrupted run"
                )
                : ("doubt", "?", "inconclusive", "no answer kept")
        }
        return
            "<td data-label=\"\(door.title.replacing("/", with: "/\u{200B}"))\"><span class=\"cell \(style)\"><i aria-hidden=\"true\">\(sign)</i> \(word)</span>"
            + " <small>\(Markup.escaped(note))</small></td>"
    }

    /// What has no row, in words.
    private func rests(closedShown: Int) -> [String] {
        let rest = report.unlistedMailboxes
        let closed = report.mailboxCounts.closed - closedShown
        let width = report.plan.doors.count + 1
        func line(_ style: String, _ sign: String, _ text: String) -> String {
            "<tr class=\"rest\"><td colspan=\"\(width)\"><span class=\"cell \(style)\"><i aria-hidden=\"true\">\(sign)</i> "
                + "\(text)</span></td></tr>"
        }
        var lines: [String] = []
        let more = { Quantity.count($0, "more mailbox", "more mailboxes") }
        if rest.breach > 0 {
            lines.append(
                line(
                    "breach", "✗",
                    "and \(more(rest.breach)) readable: the report lists \(Quantity.number(VerificationReport.detailLimit)) of a kind"
                ))
        }
        if rest.inconclusive > 0 {
            lines.append(
                line(
                    "doubt", "?",
                    "and \(more(rest.inconclusive)) inconclusive: the report lists \(Quantity.number(VerificationReport.detailLimit)) of a kind"
                ))
        }
        if closed > 0 {
            lines.append(
                line(
                    "good", "✓",
                    "and \(more(closed)) denied by every name and door, counted and not listed here"))
        }
        return lines
    }
}

extension ProbeFinding.Doubt {
    /// A word or two, for a cell.
    var short: String {
        switch self {
        case .notFound: "not found"
        case .outOfReach: "out of reach"
        case .tokenRefused: "token refused"
        case .throttled: "throttled"
        case .serviceFault: "service fault"
        case .noAnswer: "no answer"
        case .notGraph: "not Graph"
        case .otherRefusal: "other refusal"
        case .noControl: "no control"
        case .noDoorControl: "no control of this door"
        case .noToken: "no token"
        case .notAsked: "not asked"
        }
    }
}
