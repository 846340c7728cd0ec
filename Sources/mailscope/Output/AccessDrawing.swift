import MailscopeKit

/// The app, its ways, what they lead through, and the mailboxes, as a drawing (SVG). Colour never stands alone: breaches are
/// thick, doubts dashed, and every mailbox says in words what it is.
struct AccessDrawing {
    /// Beyond these the drawing says how many more there are.
    static let mailboxLimit = 40
    static let wayLimit = 20

    private struct Box {
        let x: Int
        var y = 0
        let title: String
        let detail: String
        let style: String
        let sign: String
    }

    private struct Edge {
        let from: (column: Int, row: Int)
        let to: (column: Int, row: Int)
        let style: String
        let text: String
    }

    private static let width = 232
    private static let height = 52
    private static let gap = 20
    private static let columns = [12, 300, 588, 876]
    private var boxes: [[Box]] = [[], [], [], []]
    private var edges: [Edge] = []

    init(_ comparison: AccessComparison, name: String) {
        let access = comparison.access
        let mailboxes = access.roster.mailboxes
        let verdict = Self.style(comparison.outcome)
        boxes[0] = [box(0, name, "client id " + comparison.wish.clientID, verdict)]
        let order = mailboxes.indices.sorted {
            Self.rank(comparison, $0) < Self.rank(comparison, $1)
        }
        let shown = order.prefix(Self.mailboxLimit)
        var places: [Int: Int] = [:]
        for index in shown {
            places[index] = boxes[3].count
            let mailbox = mailboxes[index]
            let finding = comparison.mailboxFindings[index]
            boxes[3].append(
                box(
                    3, mailbox.label, Self.words(finding.outcome, isOpen: mailbox.role == .open),
                    Self.style(finding.outcome)))
        }
        if order.count > shown.count {
            boxes[3].append(
                box(3, "and \(Quantity.number(order.count - shown.count)) more", "in the table below", .plain)
            )
        }
        for (way, finding) in zip(access.ways, comparison.wayFindings).prefix(Self.wayLimit) {
            let row = boxes[1].count
            let style = finding.outcome == .note ? Style.plain : Self.style(finding.outcome)
            boxes[1].append(box(1, Self.title(of: way), Self.detail(of: way), style))
            edges.append(Edge(from: (0, 0), to: (1, row), style: style.rawValue, text: way.title))
            guard !way.rights.isEmpty else { continue }
            for passage in access.passages(of: way) {
                let through = boxes[2].count
                let isOpen = passage.openings.contains { $0.certainty != .no }
                boxes[2].append(
                    box(2, passage.name, passage.detail, isOpen ? style : .plain))
                edges.append(
                    Edge(
                        from: (1, row), to: (2, through), style: isOpen ? style.rawValue : "plain",
                        text: passage.name))
                for (index, judgement) in passage.openings.enumerated() where judgement.certainty != .no {
                    guard let place = places[index] else { continue }
                    let isWanted =
                        mailboxes[index].role == .open && way.rights.isSubset(of: comparison.wish.rights)
                    let line: Style =
                        judgement.certainty == .cannotTell ? .doubt : isWanted ? .good : .breach
                    edges.append(
                        Edge(
                            from: (2, through), to: (3, place), style: line.rawValue,
                            text: "\(way.title): \(mailboxes[index].label)"))
                }
            }
        }
        if access.ways.count > Self.wayLimit {
            boxes[1].append(
                box(1, "and \(access.ways.count - Self.wayLimit) more", "in the list below", .plain))
        }
        if access.ways.isEmpty { boxes[1].append(box(1, "no way in", "nothing is granted", .plain)) }
    }

    private enum Style: String {
        case good, breach, doubt, plain
    }

    private func box(_ column: Int, _ title: String, _ detail: String, _ style: Style) -> Box {
        let sign =
            switch style {
            case .good: "✓"
            case .breach: "✗"
            case .doubt: "?"
            case .plain: ""
            }
        return Box(x: Self.columns[column], title: title, detail: detail, style: style.rawValue, sign: sign)
    }

    private static func style(_ outcome: AccessFinding.Outcome) -> Style {
        switch outcome {
        case .asWanted: .good
        case .notAsWanted: .breach
        case .cannotTell: .doubt
        case .note: .plain
        }
    }

    private static func words(_ outcome: AccessFinding.Outcome, isOpen: Bool) -> String {
        switch outcome {
        case .asWanted, .note: isOpen ? "open, as wanted" : "closed, as wanted"
        case .notAsWanted: isOpen ? "NOT AS WANTED" : "BREACH: must be closed"
        case .cannotTell: isOpen ? "cannot tell whether open" : "cannot tell whether closed"
        }
    }

    /// What must be seen stands first.
    private static func rank(_ comparison: AccessComparison, _ index: Int) -> Int {
        let mailbox = comparison.access.roster.mailboxes[index]
        let kind =
            switch comparison.mailboxFindings[index].outcome {
            case .notAsWanted: 0
            case .cannotTell: 1
            case .asWanted, .note: 2
            }
        let role =
            switch mailbox.role {
            case .open: 0
            case .everyOther: 1
            case .closed: 2
            case .named: 3
            }
        // What is wanted open stays on top.
        return mailbox.role == .open ? index : 1_000_000 * (kind * 4 + role + 1) + index
    }

    private static func title(of way: AccessWay) -> String {
        switch way.source {
        case .grant(let role, _): role.name
        case .assignment(let assignment): assignment.role
        case .gap: "not shown by the evidence"
        }
    }

    private static func detail(of way: AccessWay) -> String {
        switch way.source {
        case .grant(let role, _): "granted on " + role.resourceName
        case .assignment(let assignment):
            assignment.isEnabled == false ? "assignment, disabled" : "assignment " + assignment.name
        case .gap(let gap): gap
        }
    }

    /// The drawing, without anything from outside.
    var svg: String {
        var boxes = boxes
        let tallest = boxes.map(\.count).max() ?? 1
        let total = tallest * (Self.height + Self.gap) + Self.gap
        for column in boxes.indices {
            let used = boxes[column].count * (Self.height + Self.gap) - Self.gap
            for row in boxes[column].indices {
                boxes[column][row].y = 34 + (total - used) / 2 + row * (Self.height + Self.gap)
            }
        }
        var svg =
            "<svg viewBox=\"0 0 1120 \(total + 44)\" role=\"img\" aria-labelledby=\"drawing-title\">"
            + "<title id=\"drawing-title\">Which mailboxes the app can read, and by which way</title>\n"
        for (x, heading) in zip(Self.columns, ["App", "Grants and roles", "Groups and scopes", "Mailboxes"]) {
            svg += "<text class=\"heading\" x=\"\(x)\" y=\"22\">\(heading)</text>\n"
        }
        // Breaches are drawn last, above all others.
        let layers = ["plain", "good", "doubt", "breach"]
        for edge in edges.sorted(by: {
            (layers.firstIndex(of: $0.style) ?? 0) < (layers.firstIndex(of: $1.style) ?? 0)
        }) {
            let from = boxes[edge.from.column][edge.from.row]
            let to = boxes[edge.to.column][edge.to.row]
            let (x1, y1) = (from.x + Self.width, from.y + Self.height / 2)
            let (x2, y2) = (to.x, to.y + Self.height / 2)
            let bend = (x2 - x1) / 2
            svg +=
                "<path class=\"edge \(edge.style)\" d=\"M\(x1) \(y1) C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2) \(y2)\">"
                + "<title>\(Markup.escaped(edge.text))</title></path>\n"
        }
        for box in boxes.joined() {
            svg +=
                "<g class=\"box \(box.style)\"><title>\(Markup.escaped(box.title + (box.detail.isEmpty ? "" : ": " + box.detail)))</title>"
                + "<rect x=\"\(box.x)\" y=\"\(box.y)\" width=\"\(Self.width)\" height=\"\(Self.height)\" rx=\"6\"/>"
                + "<text x=\"\(box.x + 12)\" y=\"\(box.y + 22)\">\(Markup.cut(box.title, 27))</text>"
                + "<text class=\"detail\" x=\"\(box.x + 12)\" y=\"\(box.y + 40)\">\(Markup.cut(box.detail, 31))</text>"
                + "<text class=\"sign\" x=\"\(box.x + Self.width - 12)\" y=\"\(box.y + 23)\">\(box.sign)</text></g>\n"
        }
        return svg + "</svg>"
    }
}
