import FoundationEssentials
import MailscopeKit
import Synchronization

extension Daemon {
    private enum Event: Sendable {
        /// The watch: it was cancelled, or asked to.
        case ended
        /// Nil: the task was cancelled.
        case successor(Generation?)
        case patienceIsOver
        case tended
    }

    /// How long sinks may take for what they have when another configuration waits. After that commands are killed, and
    /// their messages come again, said to be perhaps repeated.
    private static let patience: Duration = .seconds(60)

    /// Watches with one configuration after the other until the task is cancelled.
    func collect(_ first: Generation, _ collecting: Collecting) async throws {
        var generation = first
        var collecting = collecting
        while let next = try await successor(of: generation, collecting) {
            // Files that both would write are closed before they are opened again, whoever still knows of the old one.
            await collecting.collector.close()
            (generation, collecting) = try await change(
                from: generation, to: next, collecting.ledger, collecting.gate)
        }
    }

    /// Watches until there is another configuration that can be used, and lets what is at the sinks come to its end.
    ///
    /// - Returns: nil where the task was cancelled.
    private func successor(of generation: Generation, _ collecting: Collecting) async throws -> Generation? {
        let (turns, turn) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            state.isEnding = false
            state.turn = turn
            if state.isReloadWanted { turn.yield() }
        }
        return try await withThrowingTaskGroup(of: Event.self) { [self] group in
            defer { group.cancelAll() }
            group.addTask { [self] in
                try await watch(generation, collecting)
                return .ended
            }
            group.addTask { [self] in
                await tend(generation, collecting)
                return .tended
            }
            group.addTask { [self] in .successor(await successor(of: generation, askedBy: turns)) }
            guard case .successor(let next?)? = try await group.next() else { return nil }
            let isLooking = state.withLock { state in
                state.isEnding = true
                return state.isLooking
            }
            if isLooking {
                // What only waits for the service is cut off at once.
                group.addTask { [clock, sinks] in
                    let end = clock.uptime + Self.patience
                    while sinks.isBusy, clock.uptime < end, !Task.isCancelled {
                        try? await clock.sleep(for: .milliseconds(50))
                    }
                    return .patienceIsOver
                }
            } else {
                group.cancelAll()
            }
            while let event = try await group.next() {
                if case .ended = event { break }
                group.cancelAll()
            }
            return Task.isCancelled ? nil : next
        }
    }

    /// The first configuration that can be used, of those that are asked for; nil where the task is cancelled.
    private func successor(
        of generation: Generation, askedBy turns: AsyncStream<Void>
    ) async -> Generation? {
        for await _ in turns {
            let hasToldReady = state.withLock { state in
                state.isReloadWanted = false
                defer { state.hasToldReady = false }
                return state.hasToldReady
            }
            // Before READY=1 systemd waits for the start, and a reload is none of its business.
            if hasToldReady { lifeline.tellReloading() }
            do {
                return try Generation(succeeding: generation.world.configuration, reread)
            } catch {
                refuse(Failure(error), generation)
            }
        }
        return nil
    }

    /// Collects as `next` says from now on; as before where that cannot be.
    ///
    /// - Throws: where going back failed as well.
    private func change(
        from old: Generation, to next: Generation, _ ledger: any Ledger, _ gate: RequestGate
    ) async throws -> (Generation, Collecting) {
        let (before, after) = (old.world.configuration, next.world.configuration)
        do {
            let isSameGate = before.limits == after.limits
            let collecting = try await next.world.collecting(
                next.preparation, on: ledger, gate: isSameGate ? gate : nil, log: next.log, company)
            if !isSameGate, let until = gate.snapshot().fenceUntil {
                collecting.gate.fence(for: .seconds(until.timeIntervalSince(clock.now)))
            }
            try outlets.change(to: after.metrics)
            state.withLock { $0.refusal = nil }
            metrics.reloaded(taken: true)
            next.log.notice("read the configuration again", [LogField("file", after.file)])
            tellReloaded("reloaded \(UTCMoment.text(clock.now))")
            return (next, collecting)
        } catch {
            refuse(Failure(error), old)
            let collecting = try await old.world.collecting(
                old.preparation, on: ledger, gate: gate, log: old.log, company)
            return (old, collecting)
        }
    }

    /// Says why the old configuration stays in force.
    private func refuse(_ failure: Failure, _ generation: Generation) {
        metrics.reloaded(taken: false)
        for complaint in failure.complaints {
            generation.log.error(
                "the configuration was not taken, the old one stays in force",
                [LogField("reason", complaint.message)] + complaint.hints.map { LogField("hint", $0) })
        }
        let reason = failure.complaints.first?.message ?? "it cannot be used"
        state.withLock { $0.refusal = reason }
        tellReloaded("running")
    }

    /// Ends what `RELOADING=1` began. Before the first look that went well there is nothing to end.
    private func tellReloaded(_ text: String) {
        let isReady = state.withLock(\.isReady)
        if lifeline.tell((isReady ? "READY=1\n" : "") + "STATUS=" + status(text)), isReady {
            state.withLock { $0.hasToldReady = true }
        }
    }
}
