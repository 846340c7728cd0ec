import FoundationEssentials
package import MailscopeKit

/// Proves by requests that the open mailboxes are readable and the closed ones are not, or says what it could not prove.
///
/// ```
/// survey of the list ─► attempt (1, or more with `wait`) ─► rounds ─► lanes between controls ─► report
/// ```
///
/// Only `GET`, and of a closed mailbox only the status line and the header fields of a success are looked at. `$batch` is
/// not used: Graph works on four of its requests at a time, as four lanes do without it; its parts bear no `request-id`
/// by which an administrator could find them; and their bodies cannot be left unread.
/// Source: Microsoft Graph "JSON batching", and Outlook's service limits.
package struct Verification: Sendable {
    private let plan: ProbePlan
    private let closed: any ClosedMailboxSource
    private let transport: any HTTPTransport
    private let tokens: any AccessTokenSource
    private let exchangeTokens: (any AccessTokenSource)?
    private let journal: (any ProbeJournal)?
    private let clock: any HostClock
    private let log: Log
    private let tool: String
    private let sha256: @Sendable ([UInt8]) -> [UInt8]
    private let random: @Sendable () -> Double
    private let emit: @Sendable (ProbeEvent) -> Void

    /// - Parameters:
    ///   - plan: what to ask.
    ///   - closed: the mailboxes that must be closed.
    ///   - transport: the daemon's.
    ///   - tokens: for Graph, the daemon's.
    ///   - exchangeTokens: of the same app for Exchange Online itself; nil where that cannot be had, which is then said.
    ///   - journal: where `--resume` keeps answers; not with ``ProbePlan/wait``.
    ///   - clock: the host's.
    ///   - log: hears of tries at debug.
    ///   - tool: the version of mailscope, for the report.
    ///   - sha256: gives the digest that binds a journal to the plan.
    ///   - random: gives numbers in 0..<1, for jitter.
    ///   - emit: called from any task, for every event.
    package init(
        plan: ProbePlan, closed: any ClosedMailboxSource, transport: any HTTPTransport,
        tokens: any AccessTokenSource, exchangeTokens: (any AccessTokenSource)?,
        journal: (any ProbeJournal)? = nil, clock: any HostClock, log: Log, tool: String,
        sha256: @escaping @Sendable ([UInt8]) -> [UInt8],
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        emit: @escaping @Sendable (ProbeEvent) -> Void = { _ in }
    ) {
        precondition(!plan.open.isEmpty, "without an open mailbox nothing can be proven")
        precondition(journal == nil || plan.wait == nil, "an attempt of a wait begins anew each time")
        self.plan = plan
        self.closed = closed
        self.transport = transport
        self.tokens = tokens
        self.exchangeTokens = exchangeTokens
        self.journal = journal
        self.clock = clock
        self.log = log
        self.tool = tool
        self.sha256 = sha256
        self.random = random
        self.emit = emit
    }

    /// Asks until there is a verdict.
    ///
    /// - Returns: the report. Whatever the services answer, there is one; where they answer nothing it is inconclusive.
    /// - Throws: ``VerificationError``.
    package func run() async throws(VerificationError) -> VerificationReport {
        let started = clock.now
        let begin = clock.uptime
        var open = OpenMailboxes(plan.open, namedClosed: plan.namedClosed)
        let list: DistinctMailboxes
        do throws(ClosedListError) {
            let known = open
            list = try await DistinctMailboxes(
                closed, look: { row throws(ClosedListError) in try open.learn(from: row, of: closed.name) },
                isExempt: known.bears)
        } catch { throw .list(error) }
        let survey = try await Survey(plan, list, open: open, digest: PlanDigest(sha256: sha256))
        guard survey.mailboxes > 0 else { throw .nothingClosed }
        let desk = TokenDesk(tokens: tokens, clock: clock)
        let exchange = await exchangeRoles()
        var writer = ReportWriter(
            plan: plan, survey: survey, open: open, repeats: list.repeats, sources: closed.names, tool: tool,
            started: started,
            exchange: exchange)
        let prober = Prober(
            plan: plan, transport: transport, clock: clock, log: log, random: random,
            forbearance: Forbearance(plan.patience.throttled, clock: clock))
        let context = RunContext(
            plan: plan, prober: prober, clock: clock, emit: emit, open: open,
            controlGates: plan.open.map { _ in
                RequestGate(limits: GateLimits(lanes: 1), ledger: nil, clock: clock)
            }, mailboxes: survey.mailboxes, fingerprint: survey.fingerprint, probesPerRound: survey.probes,
            rounds: plan.rounds)
        if plan.wait != nil {
            emit(
                .notice(
                    "under RBAC for Applications every probe keeps the old answer alive, for up to 2 hours; "
                        + "the pauses therefore grow beyond the 30 minutes after which an idle app is looked at anew"
                ))
        }
        for note in writer.listNotes { emit(.notice(note)) }
        var number = 1
        while true {
            let attempt = try await self.attempt(number, context, list, survey, desk, &writer)
            let report = writer.report(attempt, tokens: desk.records, ended: clock.now)
            do throws(VerificationError) { try await attempt.journal?.finish(clock.now) } catch {
                // The next run would lean on answers of this one: worth a failure, but not the loss of a breach.
                guard report.verdict == .breach else { throw error }
                emit(.notice("the journal could not be ended", detail: "\(error)"))
            }
            guard report.verdict != .confined, let wait = plan.wait else { return report }
            let left = begin + wait - clock.uptime
            guard left > .zero else { return report }
            let pause = Swift.min(Self.pause(after: number), left)
            emit(.waiting(until: clock.now + pause.seconds, verdict: report.verdict))
            try await sleep(pause)
            number += 1
        }
    }

    /// 2, 5, 10, 20, then 35 minutes.
    static func pause(after attempt: Int) -> Duration {
        let minutes = [2, 5, 10, 20, 35]
        return .seconds(60 * minutes[Swift.min(attempt, minutes.count) - 1])
    }

    private func attempt(
        _ number: Int, _ shared: RunContext, _ list: DistinctMailboxes, _ survey: Survey, _ desk: TokenDesk,
        _ writer: inout ReportWriter
    ) async throws(VerificationError) -> Attempt {
        var context = shared
        // Front ends learn one after the other: after an attempt that failed, one round is not enough.
        context.rounds = number == 1 ? plan.rounds : Swift.max(plan.rounds, 2)
        let attempt = Attempt(tally: Tally(mailboxes: survey.mailboxes))
        if let journal {
            let head = JournalHead(plan: survey.digest, clientID: plan.clientID, tenant: plan.tenant)
            let log = JournalLog(journal, head: head, now: clock.now)
            try await log.load { entry in
                guard (0..<survey.mailboxes).contains(entry.finding.index),
                    (1...context.rounds).contains(entry.round)
                else { return }
                attempt.tally.add(entry.finding, counts: entry.counts)
                attempt.taken[entry.round, default: TakenCounts()].add(entry)
            }
            attempt.journal = log
        }
        for round in 1...context.rounds {
            if round > 1 {
                emit(.resting(until: clock.now + plan.every.seconds, nextRound: round))
                try await sleep(plan.every)
            }
            try await self.round(round, of: number, context, list, desk, attempt, &writer)
        }
        return attempt
    }

    private func round(
        _ number: Int, of attemptNumber: Int, _ context: RunContext, _ list: DistinctMailboxes,
        _ desk: TokenDesk, _ attempt: Attempt, _ writer: inout ReportWriter
    ) async throws(VerificationError) {
        let started = clock.now
        let reader: any ClosedMailboxReader
        do throws(ClosedListError) { reader = try await list.open() } catch { throw .list(error) }
        let done = attempt.journal?.settled[number] ?? []
        let before = (attempt.controls.held, attempt.controls.failed)
        let round = Round(
            context, attempt: attemptNumber, number: number, reader: reader, desk: desk,
            controls: attempt.controls, isDone: { done.contains($0) },
            settle: { probed throws(VerificationError) in try await attempt.settle(probed, round: number) })
        defer { attempt.controls = round.controls }
        try await round.run()
        attempt.tally.addVoided(round.voided)
        var counts = attempt.taken[number] ?? TakenCounts()
        counts.mailboxes.add(round.states)
        counts.probes.add(round.counts)
        counts.probes.voided += round.voided
        writer.rounds.append(
            RoundRecord(
                attempt: attemptNumber, round: number, started: started, ended: clock.now,
                mailboxes: counts.mailboxes,
                probes: counts.probes, controlsHeld: round.controls.held - before.0,
                controlsFailed: round.controls.failed - before.1))
    }

    private func exchangeRoles() async -> ExchangeRoles {
        guard let exchangeTokens else {
            return .unknown("its name in this cloud is not known, so no token for it was asked for")
        }
        do throws(TokenError) {
            let token = try await exchangeTokens.token()
            guard let facts = TokenFacts(of: token) else {
                return .unknown("its token cannot be looked into")
            }
            return .roles(facts.roles ?? [])
        } catch {
            if case .refused(let refusal) = error {
                let code = refusal.code.map { "AADSTS\($0)" } ?? refusal.error
                // AADSTS500011: the tenant has no such resource. Others say nothing of what is granted.
                if refusal.code == 500_011, plan.isExchangeNamed { return .refused(code) }
                return .unknown("the directory gave no token for it (\(code))")
            }
            return .unknown("it gave no token")
        }
    }

    private func sleep(_ duration: Duration) async throws(VerificationError) {
        do { try await clock.sleep(for: duration) } catch { throw .cancelled }
    }
}

/// What the app may do in Exchange Online by Entra's grants on that resource.
enum ExchangeRoles {
    case roles([String])
    /// The directory gives no token for it: nothing is granted there.
    case refused(String)
    case unknown(String)
}

/// All rounds that have to agree.
final class Attempt {
    var tally: Tally
    var controls = ControlBook()
    var journal: JournalLog?
    /// From the journal, by round.
    var taken: [Int: TakenCounts] = [:]

    init(tally: Tally) { self.tally = tally }

    func settle(_ probed: ProbedUnit, round: Int) async throws(VerificationError) {
        var finding = probed.finding
        var counts = ProbeCounts()
        for probe in finding.probes { counts.add(probe) }
        tally.add(finding, counts: counts)
        guard let journal else { return }
        let times = finding.probes.map(\.time)
        guard let oldest = times.min(), let newest = times.max() else { return }
        // What proved nothing is asked for again.
        guard finding.state != .inconclusive else { return }
        if finding.state == .closed, finding.index >= VerificationReport.closedDetailLimit {
            finding.probes = []
        }
        try await journal.append(
            JournalEntry(round: round, finding: finding, counts: counts, oldest: oldest, newest: newest))
    }
}

extension MailboxCounts {
    mutating func add(_ other: MailboxCounts) {
        closed += other.closed
        inconclusive += other.inconclusive
        breach += other.breach
    }
}

/// What a journal says of one round.
struct TakenCounts {
    var mailboxes = MailboxCounts()
    var probes = ProbeCounts()

    mutating func add(_ entry: JournalEntry) {
        mailboxes[entry.finding.state] += 1
        probes.add(entry.counts)
    }
}
