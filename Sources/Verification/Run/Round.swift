import FoundationEssentials
import MailscopeKit

/// One round: every closed mailbox by all its names and doors, between controls with the same token.
///
/// Nothing waits for a control but the answers it vouches for. An answer is believed when a control that was over
/// before it began and one that began after it was over both held, with its token. Where the token changes, or the
/// control got no answer, what lies between is void and asked for again. A readable mailbox needs no control.
final class Round {
    private enum Event: Sendable {
        case unit(ProbedUnit)
        case control([ControlOutcome])
        case cancelled
    }

    private let context: RunContext
    private let attempt: Int
    private let number: Int
    private let reader: any ClosedMailboxReader
    private let isDone: (Int) -> Bool
    private var settle: (ProbedUnit) async throws(VerificationError) -> Void
    private let desk: TokenDesk
    private var nextIndex = 0
    private var hasher = Hasher()
    private var isAtEnd = false
    private var again: [ProbeUnit] = []
    private var pending: [ProbedUnit] = []
    private var state = ControlState()
    /// What the token in use may do by Entra's grants.
    private var roles: [String] = []
    /// Nothing is answered any more, for closed mailboxes or at all.
    private var isDry = false
    /// Nor for the open one.
    private var isOpenDry = false
    private var isTokenRefused = false
    /// Controls without an answer, one after the other.
    private var silentControls = 0
    /// Answers that may wait for a control.
    private var pileLimit: Int { Swift.max(10_000, context.plan.controlEvery) }
    private(set) var controls: ControlBook
    private(set) var voided = 0
    private(set) var counts = ProbeCounts()
    private(set) var states = MailboxCounts()

    /// `isDone` says what an interrupted run has settled; `settle` takes each mailbox's answers once they are believed, or
    /// given up.
    init(
        _ context: RunContext, attempt: Int, number: Int, reader: any ClosedMailboxReader, desk: TokenDesk,
        controls: ControlBook, isDone: @escaping (Int) -> Bool,
        settle: @escaping (ProbedUnit) async throws(VerificationError) -> Void
    ) {
        self.context = context
        self.attempt = attempt
        self.number = number
        self.reader = reader
        self.desk = desk
        self.controls = controls
        self.isDone = isDone
        self.settle = settle
    }

    func run() async throws(VerificationError) {
        var refusals = 0
        var isFirst = true
        // Also where an interrupted run has left nothing to ask: its answers are worth nothing without a control now.
        while try await hasMore() || isFirst {
            isFirst = false
            let pinned: TokenDesk.Pinned
            do throws(TokenError) {
                pinned = try await desk.fresh()
            } catch {
                if Task.isCancelled { throw .cancelled }
                return try await giveUp(.noToken, detail: "\(error)")
            }
            isTokenRefused = false
            state = ControlState()
            roles = pinned.roles
            let before = states.total
            try await probe(with: pinned)
            if isTokenRefused, states.total == before {
                refusals += 1
                guard refusals <= context.plan.patience.repeats else {
                    return try await giveUp(.tokenRefused, detail: "every token was refused")
                }
                try await rest(context.plan.patience.firstWait * (1 << refusals))
            }
            if isDry {
                context.prober.forbearance.spend()
                return try await giveUp(
                    .notAsked,
                    detail:
                        "the service throttled whatever was asked for \(context.plan.patience.throttled.components.seconds) s"
                )
            }
            if silentControls > context.plan.patience.repeats {
                return try await giveUp(.notAsked, detail: "the open mailbox gave no answer any more")
            }
        }
    }

    // MARK: One token

    private func probe(with pinned: TokenDesk.Pinned) async throws(VerificationError) {
        let opening = await context.controls(round: number, pinned)
        try take(opening)
        if isTokenRefused || isDry { return }
        if silentControls > 0 {
            // Without a control nothing could be believed: nothing is asked.
            if silentControls <= context.plan.patience.repeats {
                try await rest(context.plan.patience.firstWait * (1 << silentControls))
            }
            return
        }
        let result: Result<Void, VerificationError> = await withTaskGroup(of: Event.self) { group in
            do throws(VerificationError) {
                try await self.lanes(&group, pinned)
                return .success(())
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        try result.get()
        if !isTokenRefused, !isOpenDry, !pending.isEmpty {
            try take(await context.controls(round: number, pinned))
            if !isTokenRefused, !isOpenDry { try await believe(pending.count) }
        }
        for unit in pending {
            if isOpenDry {
                try await done(unit.withoutControl("nothing was answered after it, the open mailbox neither"))
            } else {
                try await void(
                    unit,
                    pinned.hasEnded(at: context.clock.now)
                        ? "the token ended before the control after it: its probes may take longer than a token lives"
                        : "the token was refused")
            }
        }
        pending = []
    }

    private func lanes(
        _ group: inout TaskGroup<Event>, _ pinned: TokenDesk.Pinned
    ) async throws(VerificationError) {
        var active = 0
        var isControlling = false
        var covered = 0
        var isStopping = false
        while true {
            let uncovered = pending.reduce(0) { $0 + $1.findings.count }
            // A control that waits long must not let answers pile up.
            while active < context.width, !isStopping, uncovered < pileLimit, let unit = try await take() {
                active += 1
                let (context, number, attempt, state) = (context, number, attempt, state)
                group.addTask {
                    do throws(CancellationError) {
                        return .unit(
                            try await context.probe(
                                unit, pinned, round: number, attempt: attempt, began: state))
                    } catch { return .cancelled }
                }
            }
            if !isControlling, !isStopping, uncovered >= context.plan.controlEvery {
                isControlling = true
                covered = pending.count
                let (context, number) = (context, number)
                group.addTask { .control(await context.controls(round: number, pinned)) }
            }
            guard active > 0 || isControlling, let event = await group.next() else { return }
            switch event {
            case .cancelled: throw .cancelled
            case .unit(let probed):
                active -= 1
                try await finish(probed)
                if probed.isTokenRefused || isDry { isStopping = true }
            case .control(let outcomes):
                isControlling = false
                try take(outcomes)
                if isTokenRefused || isDry || silentControls > context.plan.patience.repeats {
                    isStopping = true
                } else {
                    try await believe(covered)
                    // A renewed token is taken into use between two controls, never under way.
                    if await desk.hasNewer(than: pinned) { isStopping = true }
                }
            }
        }
    }

    private func finish(_ probed: ProbedUnit) async throws(VerificationError) {
        if probed.isReadable {
            // A breach stands by itself; what is denied beside it is believed only where a control had held before.
            try await done(
                probed.began.isHeld
                    ? probed.weighed(after: probed.began, roles: roles).unit : probed.withoutControl())
        } else {
            if probed.isTokenRefused { isTokenRefused = true }
            if probed.isDry { isDry = true }
            pending.append(probed)
        }
        report()
    }

    // MARK: Controls

    private func take(_ outcomes: [ControlOutcome]) throws(VerificationError) {
        if Task.isCancelled { throw .cancelled }
        for outcome in outcomes {
            controls.add(outcome.record, isRefusal: outcome.isRefusal)
            context.emit(.control(outcome.record, attempt: attempt))
        }
        state = ControlState(outcomes)
        if outcomes.contains(where: { $0.record.doubt == .tokenRefused }) { isTokenRefused = true }
        let main = outcomes.filter { $0.record.door == .messages }
        let isSilent = !state.isHeld && !main.contains(where: \.isRefusal) && !isTokenRefused
        silentControls = isSilent ? silentControls + 1 : 0
        if isSilent, main.contains(where: { $0.record.doubt == .throttled }) {
            (isDry, isOpenDry) = (true, true)
        }
    }

    /// The newest control has spoken for the first `count` that wait for it.
    private func believe(_ count: Int) async throws(VerificationError) {
        let judged = Array(pending.prefix(count))
        pending.removeFirst(count)
        for probed in judged {
            if state.isHeld, probed.began.isHeld, !probed.isTokenRefused {
                let (weighed, unclear) = probed.weighed(after: state, roles: roles)
                if let unclear, probed.unit.repeats < context.plan.patience.repeats {
                    try await void(probed, "no control held for \(unclear.title)")
                } else {
                    try await done(weighed)
                }
            } else if controls.hasRefusal, !state.isHeld {
                // Asking again would not open the open mailbox.
                try await done(probed.withoutControl())
            } else {
                try await void(probed, "the open mailbox gave no answer around it")
            }
        }
    }

    private func void(_ probed: ProbedUnit, _ reason: String) async throws(VerificationError) {
        guard probed.unit.repeats < context.plan.patience.repeats else {
            return try await done(
                probed.withoutControl("asked for \(probed.unit.repeats + 1) times, and each time \(reason)"))
        }
        voided += probed.findings.count
        context.emit(
            .voided(mailbox: probed.unit.mailbox.label, probes: probed.findings.count, reason: reason))
        var unit = probed.unit
        unit.repeats += 1
        again.append(unit)
    }

    private func done(_ probed: ProbedUnit) async throws(VerificationError) {
        for finding in probed.findings { counts.add(finding) }
        states[probed.finding.state] += 1
        try await settle(probed)
    }

    // MARK: The list

    private func hasMore() async throws(VerificationError) -> Bool {
        if !again.isEmpty { return true }
        guard let unit = try await take() else { return false }
        again.append(unit)
        return true
    }

    private func take() async throws(VerificationError) -> ProbeUnit? {
        if Task.isCancelled { throw .cancelled }
        if let unit = again.popLast() { return unit }
        while !isAtEnd {
            let row: ClosedMailbox?
            let place: OpenMailboxes.Place?
            do throws(ClosedListError) {
                row = try await reader.next()
                place = try row.map { row throws(ClosedListError) in
                    try context.open.place(row, of: "the list")
                }
            } catch { throw .list(error) }
            guard let row else {
                isAtEnd = true
                // Answers stand under the names that were surveyed.
                guard hasher.finalize() == context.fingerprint else { throw .list(.changed) }
                break
            }
            hasher.combine(row)
            guard case .closed(let mailbox) = place else { continue }
            nextIndex += 1
            guard nextIndex <= context.mailboxes else { throw .list(.changed) }
            if !isDone(nextIndex - 1) { return ProbeUnit(index: nextIndex - 1, mailbox: mailbox) }
        }
        return nil
    }

    /// Nothing more can be proven in this round.
    private func giveUp(_ doubt: ProbeFinding.Doubt, detail: String) async throws(VerificationError) {
        context.emit(.notice(doubt.meaning, detail: detail))
        while let unit = try await take() {
            let findings = context.targets(of: unit.mailbox).map { name, door in
                ProbeFinding(
                    name: name, door: door, answer: .inconclusive, doubt: doubt, detail: detail,
                    time: context.clock.now, round: number, tries: 0, token: 0)
            }
            try await done(
                ProbedUnit(unit: unit, findings: findings, isTokenRefused: false, began: ControlState()))
        }
    }

    private func rest(_ duration: Duration) async throws(VerificationError) {
        do { try await context.clock.sleep(for: duration) } catch { throw .cancelled }
    }

    private func report() {
        var all = counts
        for probed in pending { for finding in probed.findings { all.add(finding) } }
        context.emit(
            .progress(
                ProbeProgress(
                    attempt: attempt, round: number, rounds: context.rounds, done: all.total,
                    total: context.probesPerRound, denied: all.denied, readable: all.readable,
                    inconclusive: all.inconclusive)))
    }
}
