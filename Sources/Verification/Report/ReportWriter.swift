import FoundationEssentials
import MailscopeKit

/// Makes the report of what was found, and the verdict.
struct ReportWriter {
    let plan: ProbePlan
    let survey: Survey
    let open: OpenMailboxes
    /// Rows of the list that name a mailbox again.
    let repeats: Int
    let sources: [String]
    let tool: String
    let started: Date
    let exchange: ExchangeRoles
    /// Of all attempts.
    var rounds: [RoundRecord] = []

    init(
        plan: ProbePlan, survey: Survey, open: OpenMailboxes, repeats: Int, sources: [String], tool: String,
        started: Date,
        exchange: ExchangeRoles
    ) {
        self.plan = plan
        self.survey = survey
        self.open = open
        self.repeats = repeats
        self.sources = sources
        self.tool = tool
        self.started = started
        self.exchange = exchange
    }

    func report(_ attempt: Attempt, tokens: [TokenRecord], ended: Date) -> VerificationReport {
        let counts = attempt.tally.counts
        let roles = roleFindings(tokens)
        let toConclude = obstacles(attempt, counts, roles, tokens)
        let verdict: Verdict =
            counts.breach > 0
            ? .breach : toConclude.isEmpty && counts.closed == counts.total ? .confined : .inconclusive
        return VerificationReport(
            tool: tool, started: started, ended: ended, verdict: verdict,
            summary: summary(verdict, attempt, counts),
            toConclude: verdict == .inconclusive ? toConclude : [],
            subject: VerificationReport.Subject(
                tenant: plan.tenant, clientID: plan.clientID, graph: plan.graphRoot,
                open: plan.open.map(\.label)),
            plan: planRecord, tokens: tokens, roles: roles, rounds: rounds, mailboxCounts: counts,
            probeCounts: attempt.tally.probes, mailboxes: attempt.tally.findings,
            unlistedMailboxes: attempt.tally.unlisted, controls: attempt.controls.records,
            controlsHeld: attempt.controls.held, controlsFailed: attempt.controls.failed,
            notes: notes(attempt),
            notTested: notTested(attempt, tokens, roundsMade: rounds.last?.round ?? 0),
            resumed: attempt.journal?.resumption)
    }

    /// Why the verdict cannot be "confined", each with what would change that.
    private func obstacles(
        _ attempt: Attempt, _ counts: MailboxCounts, _ roles: [RoleFinding], _ tokens: [TokenRecord]
    ) -> [String] {
        var obstacles: [String] = []
        if attempt.controls.hasRefusal {
            let code = attempt.controls.records.last { $0.door == .messages && !$0.held }?.code ?? "an error"
            obstacles.append(
                "the open mailbox was refused (\(code)): see that the app may read it, and that the change has spread; then run it again"
            )
        } else if attempt.controls.held == 0 {
            obstacles.append("the open mailbox was not read once: see that 'mailscope fetch' works")
        }
        for token in tokens where token.isReadable {
            if let app = token.app, app.lowercased() != plan.clientID.lowercased() {
                obstacles.append(
                    "the token is for the app \(app), not for \(plan.clientID): check 'client-id'")
                break
            }
            if let tenant = token.tenant, ClosedMailbox.isGUID(plan.tenant),
                tenant.lowercased() != plan.tenant.lowercased()
            {
                obstacles.append(
                    "the token is of the tenant \(tenant), not of \(plan.tenant): check 'tenant'")
                break
            }
        }
        for role in roles where role.bearing == .unprobed {
            obstacles.append("the permission \(role.role) opens \(role.opens): \(role.mend)")
        }
        let doubts = attempt.tally.doubts.sorted {
            $0.value == $1.value ? $0.key.rawValue < $1.key.rawValue : $0.value > $1.value
        }
        for (doubt, count) in doubts {
            obstacles.append("\(doubt.meaning) (\(count) \(count == 1 ? "probe" : "probes")): \(doubt.mend)")
        }
        if !survey.doubtfulNames.isEmpty {
            obstacles.append(
                "\(Self.shown(survey.doubtfulNames)) had no probe, for the list has an address of the open mailbox in the same "
                    + "row: give the open mailbox's object id in the policy or the configuration, and in its row"
            )
        }
        if obstacles.isEmpty, counts.inconclusive > 0 {
            obstacles.append("not every mailbox was probed: run it again")
        }
        return obstacles
    }

    /// What the list itself has to be told of.
    var listNotes: [String] {
        var lines: [String] = []
        if !survey.leftOutNames.isEmpty {
            lines.append(
                "left out, because the list says that they are other names of the open mailbox: "
                    + Self.shown(survey.leftOutNames))
        }
        if repeats > 0 {
            lines.append(
                "\(repeats) \(repeats == 1 ? "row names a mailbox" : "rows name mailboxes") that the list has already: "
                    + "each mailbox is asked for and counted once, by the names of all its rows")
        }
        return lines
    }

    private static func shown(_ names: [String]) -> String {
        names.joined(separator: ", ") + (names.count == Survey.nameLimit ? " and more" : "")
    }

    private func notes(_ attempt: Attempt) -> [String] {
        let unsure = attempt.tally.findings.filter {
            $0.state == .breach && ($0.objectID == nil || !open.areAllIdentified)
        }
        guard !unsure.isEmpty else { return listNotes }
        let labels = unsure.prefix(3).map(\.label).joined(separator: ", ")
        let more = unsure.count > 3 ? " and \(unsure.count - 3) more" : ""
        return listNotes + [
            "if \(labels)\(more) should be another name of the open mailbox \(plan.open.map(\.label).joined(separator: ", ")), "
                + "it is no breach: take it off the list, or give the open mailbox's object id in the policy or the configuration "
                + "and leave its own row of the export on the list, which tells its other names"
        ]
    }

    private func summary(_ verdict: Verdict, _ attempt: Attempt, _ counts: MailboxCounts) -> String {
        let total = "\(counts.total) closed \(counts.total == 1 ? "mailbox" : "mailboxes")"
        let rounds = rounds.last?.round ?? 0
        let probes = attempt.tally.probes
        switch verdict {
        case .confined:
            return
                "confined: \(total), \(probes.denied) probes denied in \(rounds) \(rounds == 1 ? "round" : "rounds"), "
                + "\(attempt.controls.held) controls held"
                + (probes.notGranted > 0
                    ? "; \(probes.notGranted) by doors that the app has no permission for" : "")
        case .breach:
            return
                "BREACH: \(counts.breach) of \(total) readable, by \(probes.readable) of \(probes.total) probes"
        case .inconclusive:
            return
                "inconclusive: \(counts.closed) of \(total) proven closed, \(counts.inconclusive) not, none was readable"
        }
    }

    private func roleFindings(_ tokens: [TokenRecord]) -> [RoleFinding] {
        let graph = Set(tokens.flatMap { $0.roles ?? [] })
        let found = RoleCatalog.graph(Array(graph), plan: plan)
        if case .roles(let roles) = exchange { return found + RoleCatalog.exchange(roles) }
        return found
    }

    private var planRecord: VerificationReport.PlanRecord {
        VerificationReport.PlanRecord(
            digest: survey.digest, sources: sources, mailboxes: survey.mailboxes,
            probesPerRound: survey.probes,
            doors: plan.doors, names: survey.names, rounds: plan.rounds,
            everySeconds: Int(plan.every.components.seconds),
            waitSeconds: plan.wait.map { Int($0.components.seconds) },
            lanes: plan.lanes, controlEvery: plan.controlEvery, leftOutAsOpen: survey.leftOut,
            repeatedRows: repeats)
    }

    /// The kinds of data that the app has no permission for.
    private func notGranted(_ attempt: Attempt) -> String {
        let refused = Set(
            attempt.controls.records.filter { $0.door != .messages && !$0.held }.map(\.door.permission))
        return refused.sorted().joined(separator: ", ")
    }

    private func notTested(_ attempt: Attempt, _ tokens: [TokenRecord], roundsMade: Int) -> [String] {
        var lines = [
            "mailboxes that are not on the list; new ones, and later changes of policies, groups and roles"
        ]
        if roundsMade < 2 {
            lines.append(
                "another round: front ends of the service cache apart, and one that lags may not have answered"
            )
        }
        let missing = ProbeDoor.otherData.filter { !plan.doors.contains($0) }
        if !missing.isEmpty {
            lines.append("\(missing.map(\.title).joined(separator: ", ")): --all-data probes them")
        }
        if attempt.tally.probes.notGranted > 0 {
            lines.append(
                "whether \(notGranted(attempt)) would be confined if the app had permission: the open mailbox refuses it "
                    + "there too")
        }
        if !plan.doors.contains(.inboxDelta) { lines.append("delta, which this cloud does not have") }
        if !plan.probesArchives {
            lines.append(
                "archives by their own names (MBX:): --archives tries them, undocumented as they are")
        } else if survey.withoutArchive > 0 {
            lines.append(
                "archives of \(survey.withoutArchive) mailboxes: the list gives no ArchiveGuid for them")
        }
        if survey.withoutObjectID > 0 {
            lines.append(
                "\(survey.withoutObjectID) mailboxes by their object ids: they are given by an address only; an export of Get-EXOMailbox has them"
            )
        }
        if survey.withoutAddresses > 0 {
            lines.append(
                "aliases of \(survey.withoutAddresses) of the closed mailboxes: the list does not have their EmailAddresses "
                    + "(Export-Csv writes System.Object[] for addresses that were not joined; the guide for auditors has the command)"
            )
        }
        if survey.unconfirmed > 0 {
            lines.append(
                "whether \(survey.unconfirmed) of the closed mailboxes exist: a denial may come before a mailbox is looked for"
            )
        }
        if tokens.contains(where: { !$0.isReadable }) {
            lines.append("which permissions the token has: it cannot be looked into")
        }
        switch exchange {
        case .roles: break
        case .refused(let code):
            lines.append(
                "Exchange Online's own resource: the directory does not have it (\(code)), so nothing is granted there"
            )
        case .unknown(let reason): lines.append("permissions on Exchange Online's own resource: \(reason)")
        }
        lines.append(
            "sending mail, which cannot be tried without sending; EWS, IMAP, POP and Exchange Online PowerShell"
        )
        lines.append("groups, Teams, files and the directory")
        return lines
    }
}
