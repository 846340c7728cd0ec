import FoundationEssentials
import MailscopeKit
import Verification

/// What was found, what each opens, and what mends it.
extension VerificationPage {
    var findingsSection: String {
        let breaches = report.mailboxes.filter { $0.state == .breach }
        var body = ""
        if !breaches.isEmpty {
            body +=
                "<h3 class=\"breach\"><span aria-hidden=\"true\">✗</span> Readable, and must be closed</h3>\n"
            body += breachAdvice
            body += breaches.map { finding($0, $0.breaches, "breach") }.joined(separator: "\n")
        }
        body += report.notes.map { "<p class=\"advice\">Note: \(Markup.escaped($0)).</p>\n" }.joined()
        body += doubts
        if body.isEmpty {
            body = "<p class=\"empty\">No mailbox was readable, and no probe was inconclusive.</p>"
        }
        return section("findings", "Findings", body)
    }

    /// From the token's own roles: what can have opened a mailbox, and what closes it.
    private var breachAdvice: String {
        let opened = Set(
            report.mailboxes.flatMap(\.breaches).map(\.door.permission))
        let granted = Set(report.tokens.flatMap { $0.roles ?? [] })
        let isReadable = report.tokens.contains { $0.isReadable }
        return opened.sorted().map { permission in
            let roles = granted.filter { $0.hasPrefix(permission + ".") }.sorted()
            let text: String
            if !roles.isEmpty {
                text =
                    "\(permission) was opened, and the token has \(roles.joined(separator: ", ")) by a grant in Entra, which opens every "
                    + "mailbox unless an application access policy narrows it. Mend: create that policy (RestrictAccess, with the "
                    + "client id, not the object id), or take the grant away and confine by RBAC for Applications; both at once add "
                    + "up. Look for a role assignment without a scope, too: it walks around a policy. A change takes from minutes "
                    + "to more than a day to arrive: --wait asks again until it has."
            } else if isReadable {
                text =
                    "\(permission) was opened, and the token has no such grant, so a role assignment in Exchange (RBAC for "
                    + "Applications) opens it. Mend: give each assignment of this app a scope that holds the open mailbox only, "
                    + "and look for a group in that scope that holds others (a nested one). A change takes from 30 minutes to "
                    + "2 hours to arrive, the longer the more is asked meanwhile."
            } else {
                text =
                    "\(permission) was opened; the token cannot be looked into, so whether by a grant in Entra or by a role "
                    + "assignment in Exchange is not known. Look at both."
            }
            return "<p class=\"advice\">\(Markup.escaped(text))</p>\n"
        }.joined()
    }

    private var doubts: String {
        let mailboxes = report.mailboxes.filter { mailbox in
            mailbox.probes.contains { $0.answer == .inconclusive }
        }
        var byDoubt: [ProbeFinding.Doubt: [(MailboxFinding, [ProbeFinding])]] = [:]
        for mailbox in mailboxes {
            for (doubt, probes) in Dictionary(
                grouping: mailbox.probes.filter { $0.answer == .inconclusive }, by: \.doubt)
            {
                if let doubt { byDoubt[doubt, default: []].append((mailbox, probes)) }
            }
        }
        return ProbeFinding.Doubt.allCases.compactMap { doubt in
            guard let found = byDoubt[doubt] else { return nil }
            return
                "<h3 class=\"doubt\"><span aria-hidden=\"true\">?</span> Inconclusive: \(doubt.meaning)</h3>\n"
                + "<p class=\"advice\">Proves neither that the mailbox is open nor that it is closed. To conclude: \(Markup.escaped(doubt.mend)).</p>\n"
                + found.map { finding($0, $1, "doubt") }.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private func finding(_ mailbox: MailboxFinding, _ probes: [ProbeFinding], _ style: String) -> String {
        var facts = [mailbox.recipientType, mailbox.objectID].compactMap(\.self)
        facts.append("\(probes.count) of \(Quantity.count(mailbox.probes.count, "probe"))")
        let rows = probes.map { probe in
            cells([
                ("Door", "<code>\(probe.door.title.replacing("/", with: "/<wbr>"))</code>"),
                (
                    "Asked by",
                    "\(Markup.escaped(probe.name.text).replacing("@", with: "@<wbr>")) <small>\(probe.name.kind.title)</small>"
                ),
                ("Answer", answer(probe.status, probe.code, probe.detail)), ("Time", time(probe.time)),
                (Self.idsHeading, ids(probe.requestID, probe.clientRequestID)),
                ("Round, token", "\(probe.round), \(probe.token)"),
            ])
        }
        return """
            <article class="\(style)"><h4>\(Markup.escaped(mailbox.label)) <small>\(Markup.escaped(facts.joined(separator: ", ")))</small></h4>
            \(table(["Door", "Asked by", "Answer", "Time", Self.idsHeading, "Round, token"], rows))</article>
            """
    }

    var rolesSection: String {
        guard !report.roles.isEmpty else {
            return section(
                "roles", "Permissions beyond what is wanted",
                "<p class=\"empty\">None was found in the tokens that could be looked into.</p>")
        }
        let rows = report.roles.map { role in
            cells([
                (
                    "Permission",
                    "<code>\(Markup.escaped(role.role))</code> <small>\(Markup.escaped(role.resource))</small>"
                ),
                ("Opens", Markup.escaped(role.opens)), ("For the verdict", bearing(role.bearing)),
                ("Mend", Markup.escaped(role.mend)),
            ])
        }
        return section(
            "roles", "Permissions beyond what is wanted",
            table(["Permission", "Opens", "For the verdict", "Mend"], rows))
    }

    private func bearing(_ bearing: RoleFinding.Bearing) -> String {
        switch bearing {
        case .probed:
            "<span class=\"cell plain\"><i aria-hidden=\"true\">·</i> probed</span> the probes say whether it is confined"
        case .unprobed:
            "<span class=\"cell doubt\"><i aria-hidden=\"true\">?</i> not probed</span> the verdict cannot be confined"
        case .elsewhere:
            "<span class=\"cell plain\"><i aria-hidden=\"true\">·</i> elsewhere</span> does not open the contents of mailboxes"
        }
    }

    func answer(_ status: Int?, _ code: String?, _ detail: String?) -> String {
        let first = [status.map(String.init), code].compactMap(\.self).joined(separator: " ")
        // Our own words for a refusal begin with the same.
        let rest = detail.map { $0.hasPrefix(first + ": ") ? String($0.dropFirst(first.count + 2)) : $0 }
        guard !first.isEmpty else { return Markup.escaped(rest ?? "none") }
        return Markup.escaped(first)
            + (rest.map { $0 == first ? "" : " <small>\(Markup.escaped($0))</small>" } ?? "")
    }

    static let idsHeading = "Request id, client request id"

    /// The service's, and below it ours.
    func ids(_ service: String?, _ ours: String?) -> String {
        let ids = [service, ours].map { id in id.map { "<code>\(Markup.escaped($0))</code>" } ?? "none" }
        return "<span class=\"ids\">" + ids.joined(separator: "<br>") + "</span>"
    }

    func cells(_ cells: [(label: String, html: String)]) -> String {
        "<tr>" + cells.map { "<td data-label=\"\($0)\"><div>\($1)</div></td>" }.joined() + "</tr>"
    }

    func table(_ heading: [String], _ rows: [String]) -> String {
        """
        <div class="scroll"><table class="list"><thead><tr>\(heading.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
        <tbody>
        \(rows.joined(separator: "\n"))
        </tbody></table></div>
        """
    }
}
