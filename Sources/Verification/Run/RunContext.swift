import FoundationEssentials
import MailscopeKit

/// What every round of a run shares, and what runs in its lanes.
struct RunContext: Sendable {
    let plan: ProbePlan
    let prober: Prober
    let clock: any HostClock
    let emit: @Sendable (ProbeEvent) -> Void
    let open: OpenMailboxes
    let controlGates: [RequestGate]
    /// How many are probed.
    let mailboxes: Int
    /// Of the list as it was surveyed.
    let fingerprint: Int
    let probesPerRound: Int
    var rounds: Int

    /// Requests in flight in one mailbox: more than one only where there are fewer mailboxes than lanes.
    var depth: Int { Swift.min(4, Swift.max(1, plan.lanes / Swift.max(1, mailboxes))) }
    /// Mailboxes probed at once.
    var width: Int { Swift.max(1, plan.lanes / depth) }

    func targets(of mailbox: ClosedMailbox) -> [(ProbeName, ProbeDoor)] {
        mailbox.names(archiveTenant: plan.archiveTenant).flatMap { name in plan.doors.map { (name, $0) } }
    }

    /// Asks for one mailbox by all its names and doors. Ends early where the token is refused.
    func probe(
        _ unit: ProbeUnit, _ pinned: TokenDesk.Pinned, round: Int, attempt: Int, began: ControlState
    ) async throws(CancellationError) -> ProbedUnit {
        let targets = targets(of: unit.mailbox)
        let gate = RequestGate(limits: GateLimits(lanes: depth), ledger: nil, clock: clock)
        var findings = [ProbeFinding?](repeating: nil, count: targets.count)
        var isRefused = false
        // Once it was throttled to the end, the rest is asked for once each.
        var allowance = prober.forbearance.allowance
        var isDry = false
        let results: Result<[(Int, ProbeFinding)], CancellationError>
        if depth == 1 {
            var all: [(Int, ProbeFinding)] = []
            for (index, (name, door)) in targets.enumerated() {
                let finding = try await ask(name, door, pinned, gate, round: round, allowance)
                if finding.doubt == .throttled, allowance > .zero || index == 0 {
                    allowance = .zero
                    isDry = prober.forbearance.gaveUp()
                }
                emit(.probe(finding, mailbox: unit.mailbox.label, attempt: attempt))
                all.append((index, finding))
                if finding.doubt == .tokenRefused { break }
            }
            results = .success(all)
        } else {
            var left = allowance
            var hasDried = false
            results = await withTaskGroup(of: (Int, ProbeFinding)?.self) { group in
                var all: [(Int, ProbeFinding)] = []
                var next = 0
                var isStopping = false
                while true {
                    while next < targets.count, next - all.count < depth, !isStopping {
                        let (index, (name, door), allowance) = (next, targets[next], left)
                        next += 1
                        group.addTask {
                            do throws(CancellationError) {
                                return (
                                    index, try await ask(name, door, pinned, gate, round: round, allowance)
                                )
                            } catch { return nil }
                        }
                    }
                    guard let result = await group.next() else { return .success(all) }
                    guard let (index, finding) = result else {
                        group.cancelAll()
                        return .failure(CancellationError())
                    }
                    emit(.probe(finding, mailbox: unit.mailbox.label, attempt: attempt))
                    if finding.doubt == .tokenRefused { isStopping = true }
                    if finding.doubt == .throttled, left > .zero || index == 0 {
                        left = .zero
                        hasDried = prober.forbearance.gaveUp()
                    }
                    all.append((index, finding))
                }
            }
            isDry = hasDried
        }
        for (index, finding) in try results.get() {
            findings[index] = finding
            if finding.doubt == .tokenRefused { isRefused = true }
        }
        let whole = findings.enumerated().map { index, finding in
            finding
                ?? ProbeFinding(
                    name: targets[index].0, door: targets[index].1, answer: .inconclusive,
                    doubt: .tokenRefused,
                    time: clock.now, round: round, tries: 0, token: pinned.number)
        }
        return ProbedUnit(
            unit: unit, findings: whole, isTokenRefused: isRefused, began: began, isDry: isDry)
    }

    private func ask(
        _ name: ProbeName, _ door: ProbeDoor, _ pinned: TokenDesk.Pinned, _ gate: RequestGate, round: Int,
        _ allowance: Duration
    ) async throws(CancellationError) -> ProbeFinding {
        let outcome = try await prober.ask(
            ProbeTarget(name.text, by: door), token: pinned.token, gate: gate, allowance: allowance)
        let judgement = outcome.judgement
        return ProbeFinding(
            name: name, door: door, answer: judgement.answer, way: judgement.way, doubt: judgement.doubt,
            detail: judgement.detail, status: outcome.status, code: judgement.code,
            requestID: outcome.requestID, clientRequestID: outcome.clientRequestID, time: outcome.time,
            round: round, tries: outcome.tries, token: pinned.number)
    }

    /// Reads each open mailbox once by each door that needs a control; by others than `messages` only where that held.
    /// Empty where the task was cancelled.
    func controls(round: Int, _ pinned: TokenDesk.Pinned) async -> [ControlOutcome] {
        var outcomes: [ControlOutcome] = []
        for door in plan.controlDoors {
            guard outcomes.allSatisfy({ $0.record.held || $0.record.door != .messages }) else { break }
            for (mailbox, gate) in zip(plan.open, controlGates) {
                do throws(CancellationError) {
                    let outcome = try await prober.ask(
                        ProbeTarget(mailbox.key, by: door), token: pinned.token, gate: gate,
                        allowance: prober.forbearance.allowance(ofControlBy: door), isOpen: true)
                    prober.forbearance.note(
                        isThrottled: outcome.judgement.doubt == .throttled, controlBy: door)
                    outcomes.append(
                        ControlOutcome(mailbox, door, outcome, round: round, token: pinned.number))
                } catch { return [] }
            }
        }
        return outcomes
    }
}

/// What a control brought.
struct ControlOutcome: Sendable {
    let record: ControlRecord
    /// Graph itself said that the open mailbox is not to be read, or not there: no hiccup of the network.
    let isRefusal: Bool
    /// Of these: for want of access.
    let isDenial: Bool

    init(_ mailbox: OpenMailbox, _ door: ProbeDoor, _ outcome: Prober.Outcome, round: Int, token: Int) {
        let judgement = outcome.judgement
        record = ControlRecord(
            mailbox: mailbox.label, door: door, held: judgement.answer == .readable, status: outcome.status,
            code: judgement.code, doubt: judgement.doubt, detail: judgement.detail,
            requestID: outcome.requestID, clientRequestID: outcome.clientRequestID, time: outcome.time,
            round: round, token: token)
        let refusals: [ProbeFinding.Doubt] = [.notFound, .outOfReach, .otherRefusal]
        isDenial = judgement.answer == .denied
        isRefusal = isDenial || judgement.doubt.map(refusals.contains) == true
    }
}
