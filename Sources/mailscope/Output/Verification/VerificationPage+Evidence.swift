import FoundationEssentials
import MailscopeKit
import Verification

/// What the verdict leans on, and where the tenant's administrator finds it again.
extension VerificationPage {
    var controlsSection: String {
        let rows = report.controls.map { control in
            cells([
                (
                    "Control",
                    control.held
                        ? "<span class=\"cell good\"><i aria-hidden=\"true\">✓</i> held</span>"
                        : "<span class=\"cell doubt\"><i aria-hidden=\"true\">?</i> did not hold</span>"
                ), ("Open mailbox", Markup.escaped(control.mailbox)),
                ("Door", "<code>\(control.door.title)</code>"),
                ("Answer", answer(control.status, control.code, control.detail ?? control.doubt?.meaning)),
                ("Time", time(control.time)),
                (Self.idsHeading, ids(control.requestID, control.clientRequestID)),
                ("Round, token", "\(control.round), \(control.token)"),
            ])
        }
        let left =
            report.controlsHeld + report.controlsFailed - report.controls.count { $0.door == .messages }
        return section(
            "controls", "Controls",
            "<p>A denial proves something only while the same token can read the open mailbox: it was read before the probes, among "
                + "them, and after. \(Quantity.count(report.controlsHeld, "control")) held, \(Quantity.number(report.controlsFailed)) did not"
                + (left > 0
                    ? "; listed are the first, the last, and those that did not hold (\(Quantity.number(left)) more are counted only)"
                    : "") + ".</p>\n"
                + (rows.isEmpty
                    ? "<p class=\"empty\">None was made.</p>"
                    : table(
                        [
                            "Control", "Open mailbox", "Door", "Answer", "Time", Self.idsHeading,
                            "Round, token",
                        ],
                        rows)))
    }

    var tokensSection: String {
        let tokens = report.tokens.map { token in
            var facts: [(String, String?)] = [("For", token.audience), ("Tenant", token.tenant)]
            facts += [
                ("App", [token.app, token.appName].compactMap(\.self).joined(separator: ", ")),
                ("Service principal", token.servicePrincipal),
                (
                    "Roles",
                    token.isReadable
                        ? token.roles.map { $0.joined(separator: ", ") }
                            ?? "none: nothing is granted in Entra, which proves nothing" : nil
                ), ("Issued", token.issued.map(UTCMoment.text)),
                ("Expires", token.expires.map(UTCMoment.text)),
                ("Taken into use", UTCMoment.text(token.used)),
                ("Form", token.isReadable ? nil : "cannot be looked into"),
            ]
            return "<article class=\"plain\"><h4>Token \(token.number)</h4>"
                + terms(facts.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } })
                + "</article>"
        }
        return section(
            "tokens", "Tokens",
            tokens.isEmpty
                ? "<p class=\"empty\">No token was to be had, so nothing was asked.</p>"
                : "<p>Facts that the tokens state. The tokens themselves are not in this report.</p>\n"
                    + tokens.joined(separator: "\n"))
    }

    var roundsSection: String {
        let rows = report.rounds.map { round in
            cells([
                ("Try, round", "\(round.attempt), \(round.round)"), ("Began", time(round.started)),
                ("Ended", time(round.ended)), ("Readable", Quantity.number(round.mailboxes.breach)),
                ("Inconclusive", Quantity.number(round.mailboxes.inconclusive)),
                ("Closed", Quantity.number(round.mailboxes.closed)),
                ("Probes", Quantity.number(round.probes.total)),
                ("Asked anew", Quantity.number(round.probes.voided)),
                (
                    "Controls held, not",
                    "\(Quantity.number(round.controlsHeld)), \(Quantity.number(round.controlsFailed))"
                ),
            ])
        }
        return section(
            "rounds", "Rounds",
            rows.isEmpty
                ? "<p class=\"empty\">None was made.</p>"
                : table(
                    [
                        "Try, round", "Began", "Ended", "Readable", "Inconclusive", "Closed", "Probes",
                        "Asked anew",
                        "Controls held, not",
                    ], rows))
    }

    var callsSection: String {
        let lines = [
            "MicrosoftGraphActivityLogs", "| where AppId == \"\(plain(report.subject.clientID))\"",
            "| where TimeGenerated between (datetime(\(UTCMoment.text(report.started))) .. datetime(\(UTCMoment.text(report.ended))))",
            "| project TimeGenerated, RequestId, ClientRequestId, RequestMethod, RequestUri, ResponseStatusCode, Roles",
        ]
        return section(
            "calls", "Finding these calls in the tenant's logs",
            "<p>Where the tenant keeps Microsoft Graph activity logs, this finds all calls of this run, the denied ones too; "
                + "RequestId and ClientRequestId are those above. Times are UTC.</p>\n<pre tabindex=\"0\">\(lines.map(Markup.escaped).joined(separator: "\n"))</pre>"
        )
    }

    /// What can stand within quotes of a query.
    private func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.filter {
                $0.properties.isAlphabetic || "0123456789-._".unicodeScalars.contains($0)
            })
    }
}
