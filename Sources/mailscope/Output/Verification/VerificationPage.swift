import FoundationEssentials
import MailscopeKit
import Verification

/// A report of `verify-scope` as one page that needs nothing from outside and runs nothing. Colour never stands alone: each
/// state has a sign, a word and a frame of its own.
struct VerificationPage {
    /// Closed mailboxes with a row of their own; breaches and inconclusive ones all have one.
    static let closedLimit = 50

    let report: VerificationReport
    /// `policy check`'s drawing (SVG).
    let drawing: String?

    init(_ report: VerificationReport, drawing: String? = nil) {
        self.report = report
        self.drawing = drawing
    }

    var html: String {
        let verdict = VerdictText(report.verdict)
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(verdict.word): verify-scope, \(Markup.escaped(report.subject.clientID))</title>
            <style>
            \(Self.styleSheet)
            </style>
            </head>
            <body>
            <main>
            <header>
            <p class="kind">mailscope verify-scope</p>
            <h1 class="verdict \(verdict.style)"><span class="sign" aria-hidden="true">\(verdict.sign)</span> \(verdict.word)</h1>
            <p class="sentence">\(verdict.sentence)</p>
            <p class="summary">\(Markup.escaped(report.summary))</p>
            <p class="summary">App \(Markup.escaped(report.subject.clientID)) in \(Markup.escaped(report.subject.tenant)), \
            \(time(report.ended))</p>
            </header>
            \(tiles)\(conclusion)
            \(matrixSection)
            \(findingsSection)
            \(rolesSection)
            \(drawingSection)
            \(subject)
            \(controlsSection)
            \(tokensSection)
            \(roundsSection)
            \(notTestedSection)
            \(callsSection)
            <footer>Made by mailscope \(Markup.escaped(report.tool)) from a report of \
            \(time(report.ended)), schema <code>\(Markup.escaped(report.schema))</code>. This page bears no signature; the JSON \
            report does: <code>mailscope report verify</code> checks it, and <code>mailscope report page</code> makes this page \
            from it. Of the mailboxes' contents nothing was read.</footer>
            </main>
            </body>
            </html>

            """
    }

    private var conclusion: String {
        guard !report.toConclude.isEmpty else { return "" }
        return section("conclude", "What would make it conclusive", list(report.toConclude))
    }

    private var tiles: String {
        let counts = report.mailboxCounts
        let probes = report.probeCounts
        let tiles: [(String, String, String, Int)] = [
            ("breach", "✗", "mailboxes readable", counts.breach),
            ("doubt", "?", "mailboxes inconclusive", counts.inconclusive),
            ("good", "✓", "mailboxes closed", counts.closed),
            ("plain", "", "probes, each one name by one door", probes.total),
            (
                report.controlsFailed > 0 ? "doubt" : "plain", "", "controls did not hold",
                report.controlsFailed
            ),
            ("plain", "", "controls held", report.controlsHeld),
        ]
        return "<ul class=\"tiles\">"
            + tiles.map { style, sign, label, count in
                "<li class=\"\(count == 0 ? "plain" : style)\"><b>\(sign.isEmpty ? "" : sign + " ")"
                    + "\(Quantity.number(count))</b> \(label)</li>"
            }.joined() + "</ul>\n"
    }

    private var subject: String {
        let plan = report.plan
        let seconds = Swift.max(0, report.ended.timeIntervalSince(report.started))
        var facts: [(String, String)] = [
            ("App (client id)", report.subject.clientID), ("Tenant", report.subject.tenant),
            ("Asked at", report.subject.graph),
            ("Must be open", report.subject.open.joined(separator: ", ")),
            ("Must be closed", Quantity.count(plan.mailboxes, "mailbox", "mailboxes")),
            ("Taken from", plan.sources.joined(separator: ", ")),
            ("Began", UTCMoment.text(report.started)),
            ("Ended", UTCMoment.text(report.ended) + ", after " + Quantity.time(.seconds(seconds))),
            (
                "Rounds",
                "\(plan.rounds)"
                    + (plan.rounds > 1 ? ", one every \(Quantity.time(.seconds(plan.everySeconds)))" : "")
            ),
            ("Probes in a round", Quantity.number(plan.probesPerRound)),
            (
                "Names asked by",
                plan.names.sorted { $0.key < $1.key }.map { kind, count in
                    "\(ProbeName.Kind(rawValue: kind)?.title ?? kind) \(Quantity.number(count))"
                }.joined(separator: ", ")
            ), ("Plan (SHA-256)", plan.digest),
        ]
        if plan.leftOutAsOpen > 0 {
            facts.append(("Left out, being open ones", Quantity.number(plan.leftOutAsOpen)))
        }
        if let resumed = report.resumed {
            facts.append(
                (
                    "Taken over from an interrupted run",
                    "\(Quantity.number(resumed.mailboxes)) mailboxes, asked between \(UTCMoment.text(resumed.oldest)) and \(UTCMoment.text(resumed.newest))"
                ))
        }
        if let redaction = report.redaction {
            facts.append(("Redacted", "addresses, object ids and names are keyed hashes (\(redaction))"))
        }
        return section("subject", "Who was asked, and how", terms(facts))
    }

    private var drawingSection: String {
        guard let drawing else {
            return section(
                "drawing", "Drawing",
                "<p class=\"empty\">No evidence was given to draw. <code>mailscope policy check --html</code> draws, from "
                    + "what the administrators' scripts have collected, by which grants, roles and groups the app gets in.</p>"
            )
        }
        return section(
            "drawing", "Which ways lead in, by the administrators' evidence",
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Drawing\">\(drawing)</div>")
    }

    private var notTestedSection: String {
        section(
            "untested", "What was not tested",
            report.notTested.isEmpty
                ? "<p class=\"empty\">Nothing is said of it.</p>" : list(report.notTested))
    }

    func section(_ id: String, _ title: String, _ body: String) -> String {
        "<section id=\"\(id)\">\n<h2>\(title)</h2>\n\(body)\n</section>\n"
    }

    func list(_ lines: [String]) -> String {
        "<ul class=\"lines\">" + lines.map { "<li>\(Markup.escaped($0))</li>" }.joined(separator: "\n")
            + "</ul>"
    }

    func terms(_ facts: [(String, String)]) -> String {
        "<dl>"
            + facts.map { "<div><dt>\($0)</dt><dd>\(Markup.escaped($1))</dd></div>" }.joined(separator: "\n")
            + "</dl>"
    }

    func time(_ date: Date) -> String { "<time>\(UTCMoment.text(date))</time>" }
}

/// A verdict as a page says it.
struct VerdictText {
    let word: String
    let sign: String
    let style: String
    let sentence: String

    init(_ verdict: Verdict) {
        switch verdict {
        case .confined:
            (word, sign, style) = ("Confined", "✓", "good")
            sentence =
                "Each mailbox on the list refused the app by all its names and doors that were asked, while the open mailbox could be read."
        case .breach:
            (word, sign, style) = ("Breach", "✗", "breach")
            sentence = "The app can read mailboxes that must be closed to it."
        case .inconclusive:
            (word, sign, style) = ("Inconclusive", "?", "doubt")
            sentence =
                "Nothing was found open, and not everything was proven closed. This must not be read as confined."
        }
    }
}

extension ProbeName.Kind {
    /// As a person reads it.
    var title: String {
        switch self {
        case .objectID: "object id"
        case .userPrincipalName: "principal name"
        case .primaryAddress: "primary address"
        case .otherAddress: "other address"
        case .caseVariant: "in other case"
        case .archive: "archive"
        }
    }
}
