import FoundationEssentials
import LinuxHost
import MailscopeKit
import Synchronization

/// The endless watch, and what systemd, the log and the metrics are told of it.
final class Daemon: Sendable {
    struct State {
        /// Whether a pass has ever gone well, in this run or an earlier one.
        var hasWorked = false
        /// Whether a pass has gone well in this run.
        var isReady = false
        /// Whether systemd knows that, and of no reload since.
        var hasToldReady = false
        var isLooking = false
        /// Another configuration waits: the pass under way is to end soon, and none begins.
        var isEnding = false
        var isReloadWanted = false
        /// Wakes whoever waits for ``isReloadWanted``.
        var turn: AsyncStream<Void>.Continuation?
        /// Wakes whoever sees after what a look may have changed.
        var hasLooked: AsyncStream<Void>.Continuation?
        /// Why the files as they are now are not in force.
        var refusal: String?
        var delivered = 0
    }

    let reread: @Sendable () throws -> World
    let clock = SystemClock()
    let lifeline: Lifeline
    let metrics: DaemonMetrics
    let outlets: MetricsOutlets
    let state = Mutex(State())
    let sinks = BusySinks()
    /// Outlasts a reload, so that its end is told.
    private let outage = Outage()
    private let world: World
    private let log: Log

    /// What the ledger says in the metrics is no older than that.
    private static let metricsInterval: Duration = .seconds(15)

    /// - Parameters:
    ///   - world: what it begins with.
    ///   - reread: reads the same files again.
    init(world: World, reread: @escaping @Sendable () throws -> World) {
        self.world = world
        self.reread = reread
        log = world.log()
        lifeline = Lifeline(environment: world.surroundings.environment, clock: clock, log: log)
        let metrics = DaemonMetrics(clock: clock)
        self.metrics = metrics
        let mailbox = world.configuration.mailbox
        outlets = MetricsOutlets { metrics.text(mailbox: mailbox) }
    }

    /// Collects until the task is cancelled.
    ///
    /// - Parameter hangUps: each asks for the files to be read again.
    /// - Throws: what waiting cannot mend.
    func run(reloadingOn hangUps: AsyncStream<Signal>) async throws {
        try outlets.change(to: world.configuration.metrics)
        let collecting = try await world.collecting(log: log, company)
        let first = Generation(world: world, log: log, preparation: collecting.preparation)
        let hasWorked = try await collecting.ledger.note(.lastPassFinished) != nil
        state.withLock { $0.hasWorked = hasWorked }
        log.notice(
            "started",
            [
                LogField("version", Program.version), LogField("mailbox", world.configuration.mailbox),
                LogField("poll", Quantity.time(world.configuration.poll)),
            ])
        lifeline.tell("STATUS=first look at \(world.configuration.mailbox)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [lifeline] in await lifeline.ping() }
            group.addTask { [self] in
                for await _ in hangUps {
                    state.withLock { state in
                        state.isReloadWanted = true
                        state.turn?.yield()
                    }
                }
            }
            try await collect(first, collecting)
            group.cancelAll()
        }
    }

    /// A signal has asked for the end.
    func stopping() {
        lifeline.tell("STOPPING=1\nSTATUS=stopping")
        log.notice("stopping")
    }

    /// What watches every collector of this daemon.
    var company: CollectingCompany {
        CollectingCompany(
            traffic: metrics.traffic, sinks: sinks,
            progress: { [lifeline, metrics] progress in
                lifeline.live()
                metrics.progress(progress.summary)
            },
            isEnding: { [self] in state.withLock(\.isEnding) })
    }

    /// Watches with one configuration.
    ///
    /// - Throws: what waiting cannot mend. Where another configuration waits, nothing: that one may mend it.
    func watch(_ generation: Generation, _ collecting: Collecting) async throws {
        let watch = Watch(
            collector: collecting.collector, clock: clock, log: generation.log, outage: outage)
        do throws(CollectError) {
            try await watch.run(
                mayBegin: { mayBegin() }, isFatal: { isFatal($0, generation) }, { hear($0, generation) })
        } catch {
            if state.withLock(\.isEnding) { return }
            let failure = Failure(error, asked: generation.world.configuration)
            lifeline.tell("STATUS=" + status("failed: " + (failure.complaints.first?.message ?? "\(error)")))
            throw failure
        }
    }

    /// Sees after what a look may have changed, after each and now and then, until the task is cancelled: the
    /// certificates, and the metrics.
    func tend(_ generation: Generation, _ collecting: Collecting) async {
        let (moments, moment) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.hasLooked = moment }
        moment.yield()
        let configuration = generation.world.configuration
        let hasMetrics = configuration.metrics != MetricsSettings()
        await withTaskGroup(of: Void.self) { group in
            if hasMetrics {
                group.addTask { [clock] in
                    while (try? await clock.sleep(for: Self.metricsInterval)) != nil { moment.yield() }
                }
            }
            for await _ in moments {
                await collecting.care.look()
                guard hasMetrics else { continue }
                let status = try? await StatusReport(collecting.ledger, configuration, now: clock.now)
                metrics.refresh(
                    status: status, tokenExpiry: await collecting.tokens.expiry, gate: collecting.gate)
                await outlets.write(log: generation.log)
            }
            group.cancelAll()
        }
    }

    private func mayBegin() -> Bool {
        let mayBegin = state.withLock { state in
            state.isLooking = !state.isEnding
            return state.isLooking
        }
        if mayBegin { metrics.begin() }
        return mayBegin
    }

    /// What the tenant has never accepted, waiting does not mend.
    private func isFatal(_ error: CollectError, _ generation: Generation) -> Bool {
        !state.withLock(\.hasWorked)
            && Failure(error, asked: generation.world.configuration).exitCode != .failed
    }

    /// False where no other pass is to begin.
    private func hear(_ event: Watch.Event, _ generation: Generation) -> Bool {
        switch event {
        case .passed(let summary): passed(summary, generation)
        case .failed(let error, let failures, let next):
            metrics.looked(well: false)
            lifeline.live(pause: next)
            let failure = Failure(error, asked: generation.world.configuration)
            let message = failure.complaints.first?.message ?? "\(error)"
            lifeline.tell("STATUS=" + status("failing, next try in \(Quantity.time(next)): \(message)"))
            if failures == 1, !error.isOutage {
                for hint in failure.complaints.flatMap(\.hints) {
                    generation.log.error("what to do", [LogField("hint", hint)])
                }
            }
        }
        return state.withLock { state in
            state.isLooking = false
            state.hasLooked?.yield()
            return !state.isEnding
        }
    }

    private func passed(_ summary: PassSummary, _ generation: Generation) {
        let log = generation.log
        metrics.progress(summary)
        metrics.looked(well: true)
        let (isFirst, hasToldReady, delivered) = state.withLock { state in
            defer { state.isReady = true }
            state.delivered += summary.delivered
            state.hasWorked = true
            return (!state.isReady, state.hasToldReady, state.delivered)
        }
        lifeline.live(pause: generation.world.configuration.poll)
        if isFirst { log.notice("ready") }
        if summary.quarantined > 0 {
            log.error(
                "messages were set aside; 'mailscope quarantine list' says why",
                [LogField("count", summary.quarantined)])
        }
        log.record(
            summary.delivered > 0 ? .info : .debug, "looked",
            [
                LogField("delivered", summary.delivered), LogField("bytes", summary.bytes),
                LogField("deferred", summary.deferred), LogField("requests", summary.requests),
            ])
        let text = "last look \(UTCMoment.text(clock.now)), \(Quantity.count(delivered, "message")) delivered"
        // systemd waits for this one: where it was lost, the next look says it again.
        if lifeline.tell((hasToldReady ? "" : "READY=1\n") + "STATUS=" + status(text)) {
            state.withLock { $0.hasToldReady = true }
        }
    }

    /// One line, and the refused configuration with it.
    func status(_ text: String) -> String {
        let refusal = state.withLock(\.refusal).map { "; the changed configuration was refused: \($0)" } ?? ""
        return (text + refusal).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
