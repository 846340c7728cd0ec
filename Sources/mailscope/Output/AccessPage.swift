import MailscopeKit

/// The answer of `policy check` as one page that needs nothing from outside.
enum AccessPage {
    static func html(_ report: PolicyCheckReport, _ comparison: AccessComparison) -> String {
        let (style, sign, sentence) =
            switch comparison.outcome {
            case .notAsWanted: ("breach", "✗", "The app's access is not what the specification wants.")
            case .cannotTell: ("doubt", "?", "The evidence does not prove what the specification wants.")
            case .asWanted, .note:
                ("good", "✓", "By this evidence the app reads what is wanted and nothing else.")
            }
        let facts = [
            ("App", report.application), ("Client id", report.clientID), ("Tenant", report.tenantID),
            ("Evidence taken", report.taken.joined(separator: ", ")),
        ]
        let terms = facts.map { "<div><dt>\($0)</dt><dd>\(Markup.escaped($1))</dd></div>" }.joined()
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Markup.escaped(report.application)): \(Markup.escaped(report.verdict))</title>
            <style>
            \(styleSheet)
            </style>
            </head>
            <body>
            <main>
            <h1>Who can read what: \(Markup.escaped(report.application))</h1>
            <p class="verdict \(style)"><strong>\(sign) \(Markup.escaped(report.verdict))</strong> \(sentence)</p>
            <dl>\(terms)</dl>
            <h2>Drawing</h2>
            <p class="legend"><span class="key good">✓ as wanted: thin line</span> \
            <span class="key breach">✗ not as wanted: thick line</span> \
            <span class="key doubt">? cannot tell: dashed line</span></p>
            <div class="drawing" tabindex="0">
            \(AccessDrawing(comparison, name: report.application).svg)
            </div>
            <h2>Mailboxes</h2>
            <div class="drawing"><table>
            <thead><tr><th>Mailbox</th><th>Wanted</th><th>Verdict</th><th>The app can</th></tr></thead>
            <tbody>
            \(report.mailboxes.map(row).joined(separator: "\n"))
            </tbody></table></div>
            \(lists(report))
            <p class="foot">Worked out from what administrators see, without asking a mailbox. Changes take from minutes to \
            more than a day to arrive; only requests with the app's own token prove that they have.</p>
            </main>
            </body>
            </html>

            """
    }

    private static func row(_ mailbox: PolicyCheckReport.Mailbox) -> String {
        "<tr class=\"\(style(mailbox.outcome))\"><td>\(Markup.escaped(mailbox.name))</td><td>\(mailbox.wanted)</td>"
            + "<td><span class=\"mark\">\(sign(mailbox.outcome)) \(mailbox.outcome)</span></td>"
            + "<td>\(Markup.escaped(mailbox.rightsText))</td></tr>"
    }

    private static func lists(_ report: PolicyCheckReport) -> String {
        let all =
            report.mailboxes.filter { $0.outcome != AccessFinding.Outcome.asWanted.rawValue }
            .map { ($0.outcome, $0.text, $0.reasons, nil as String?) }
            + report.ways.map { ($0.outcome, $0.text, $0.reasons, $0.proof) }
            + report.findings.map { ($0.outcome, $0.text, $0.reasons, $0.proof) }
        var html = ""
        for outcome in [AccessFinding.Outcome.notAsWanted, .cannotTell, .asWanted, .note] {
            let group = all.filter { $0.0 == outcome.rawValue }
            if group.isEmpty { continue }
            let title =
                outcome == .note
                ? "Notes" : outcome.rawValue.prefix(1).uppercased() + outcome.rawValue.dropFirst()
            html += "<h2>\(title)</h2>\n<ul class=\"findings \(style(outcome.rawValue))\">\n"
            for (_, text, reasons, proof) in group {
                html += "<li>\(Markup.escaped(text))"
                html += reasons.map { "<p>\(Markup.escaped($0))</p>" }.joined()
                if let proof { html += "<p class=\"proof\">row <code>\(Markup.escaped(proof))</code></p>" }
                html += "</li>\n"
            }
            html += "</ul>\n"
        }
        return html
    }

    private static func style(_ outcome: String) -> String {
        switch AccessFinding.Outcome(rawValue: outcome) {
        case .notAsWanted: "breach"
        case .cannotTell: "doubt"
        case .asWanted: "good"
        case .note, nil: "plain"
        }
    }

    private static func sign(_ outcome: String) -> String {
        switch AccessFinding.Outcome(rawValue: outcome) {
        case .notAsWanted: "✗"
        case .cannotTell: "?"
        case .asWanted: "✓"
        case .note, nil: ""
        }
    }

    private static let styleSheet = """
        :root { color-scheme: light dark; --page: #fbfbfa; --card: #ffffff; --ink: #1d2126; --soft: #5a6370; --line: #c9ced6;
          --good: #1a7040; --good-fill: #eaf6ee; --breach: #b3141d; --breach-fill: #fdecec; --doubt: #8a5a00; --doubt-fill: #fdf4e0; }
        @media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1c2026; --ink: #e8eaed; --soft: #a3acb8; --line: #454c57;
          --good: #6fd396; --good-fill: #16291d; --breach: #ff8a8a; --breach-fill: #3a1517; --doubt: #f0bd55; --doubt-fill: #322609; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 48px; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 16px; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 32px 0 8px; }
        .verdict { border-left: 6px solid; border-radius: 4px; padding: 12px 16px; margin: 0 0 16px; }
        .verdict strong { display: inline-block; margin-right: 8px; }
        .good { --tone: var(--good); --fill: var(--good-fill); }
        .breach { --tone: var(--breach); --fill: var(--breach-fill); }
        .doubt { --tone: var(--doubt); --fill: var(--doubt-fill); }
        .plain { --tone: var(--soft); --fill: var(--card); }
        .verdict { border-color: var(--tone); background: var(--fill); }
        .verdict strong, .mark, .key { color: var(--tone); font-weight: 600; }
        dl { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0; }
        dt { color: var(--soft); font-size: 0.85rem; } dd { margin: 0; overflow-wrap: anywhere; }
        .legend { margin: 0 0 8px; font-size: 0.9rem; } .key { margin-right: 20px; display: inline-block; }
        .drawing { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        svg { display: block; min-width: 900px; width: 100%; height: auto; font: 14px system-ui, sans-serif; }
        svg text { fill: var(--ink); } svg .heading { fill: var(--soft); font-weight: 600; }
        svg .detail { fill: var(--soft); font-size: 12px; } svg .sign { fill: var(--tone); text-anchor: end; font-weight: 700; font-size: 17px; }
        .box rect { fill: var(--fill); stroke: var(--tone); stroke-width: 1.5; } .box.breach rect { stroke-width: 3; }
        .box.doubt rect { stroke-dasharray: 6 4; } .box.breach .detail { fill: var(--breach); }
        .edge { fill: none; stroke: var(--tone); stroke-width: 1.5; } .edge.breach { stroke-width: 4; } .edge.doubt { stroke-dasharray: 6 5; stroke-width: 2; }
        table { border-collapse: collapse; width: 100%; min-width: 520px; } th, td { text-align: left; padding: 8px 14px; border-bottom: 1px solid var(--line); vertical-align: top; }
        tbody tr:last-child td { border-bottom: 0; } th { color: var(--soft); font-size: 0.85rem; } tr.breach td { background: var(--fill); }
        .findings { list-style: none; margin: 0; padding: 0; } .findings li { border-left: 4px solid var(--tone); background: var(--card); padding: 8px 14px; margin: 0 0 8px; overflow-wrap: anywhere; }
        .findings p { margin: 2px 0 0; color: var(--soft); font-size: 0.9rem; } .foot { color: var(--soft); font-size: 0.9rem; margin-top: 32px; }
        @media (max-width: 600px) { main { padding: 16px 12px 32px; } table { min-width: 0; font-size: 0.85rem; } th, td { padding: 6px 8px; overflow-wrap: anywhere; } }
        """
}
