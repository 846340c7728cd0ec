import FoundationEssentials
import LinuxHost
import MailscopeKit
import Synchronization

/// The endless watch, and what systemd and the log are told of it.
final class Daemon: Sendable {
    private struct State {
        /// Whether a pass has ever gone well, in this run or an earlier one.
        var hasWorked = false
        var isReady = false
        var delivered = 0
        /// Nobody needs to worry before.
        var aliveUntil: Duration
    }
    private let world: World
    private let log: Log
    private let notifier: Notifier
    private let state: Mutex<State>

    /// No honest wait inside a pass is longer: all tries of one request with the service's longest waits between.
    private static let longestSilence: Duration = .seconds(3 * 3_600)

    init(world: World, log: Log) {
        self.world = world
        self.log = log
        notifier = Notifier(environment: world.surroundings.environment)
        state = Mutex(State(aliveUntil: world.clock.uptime + Self.longestSilence))
    }

    /// Collects until the task is cancelled.
    ///
    /// - Throws: what waiting cannot mend.
    func run() async throws {
        let collecting = try await world.collecting(log: log) { [self] _ in
            stayAlive(for: Self.longestSilence)
        }
        await collecting.care.look()
        let (passes, passed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let hasWorked = try await collecting.ledger.note(.lastPassFinished) != nil
        state.withLock { $0.hasWorked = hasWorked }
        log.notice(
            "started",
            [
                LogField("version", Program.version), LogField("mailbox", world.configuration.mailbox),
                LogField("poll", Quantity.time(world.configuration.poll)),
            ])
        tell("STATUS=first look at \(world.configuration.mailbox)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let interval = notifier.watchdog {
                group.addTask { [self] in await feedWatchdog(every: interval / 2) }
            }
            group.addTask { for await _ in passes { await collecting.care.look() } }
            group.addTask { [self] in
                let watch = Watch(collector: collecting.collector, clock: world.clock, log: log)
                do throws(CollectError) {
                    try await watch.run(isFatal: { isFatal($0) }) { event in
                        passed.yield()
                        return hear(event)
                    }
                } catch {
                    let failure = failure(error)
                    tell("STATUS=failed: " + (failure.complaints.first?.message ?? "\(error)"))
                    throw failure
                }
            }
            // The others end by being cancelled only.
            try await group.next()
            group.cancelAll()
        }
    }

    /// A signal has asked for the end.
    func stopping() {
        tell("STOPPING=1\nSTATUS=stopping")
        log.notice("stopping")
    }

    /// What the tenant has never accepted, waiting does not mend.
    private func isFatal(_ error: CollectError) -> Bool {
        !state.withLock(\.hasWorked) && failure(error).exitCode != .failed
    }

    private func failure(_ error: CollectError) -> Failure {
        Failure(error, asked: world.configuration)
    }

    /// False where there is no point in going on.
    private func hear(_ event: Watch.Event) -> Bool {
        switch event {
        case .passed(let summary):
            let (isFirst, delivered) = state.withLock { state in
                state.delivered += summary.delivered
                state.hasWorked = true
                return (!state.isReady, state.delivered)
            }
            stayAlive(for: world.configuration.poll + Self.longestSilence)
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
            let status =
                "last look \(UTCMoment.text(world.clock.now)), \(Quantity.count(delivered, "message")) delivered"
            // systemd waits for this one: where it was lost, the next look says it again.
            if tell((isFirst ? "READY=1\n" : "") + "STATUS=\(status)") {
                state.withLock { $0.isReady = true }
            }
            return true
        case .failed(let error, let failures, let next):
            stayAlive(for: next + Self.longestSilence)
            let failure = failure(error)
            let message = failure.complaints.first?.message ?? "\(error)"
            tell("STATUS=failing, next try in \(Quantity.time(next)): " + message.replacing("\n", with: " "))
            if failures == 1, !error.isOutage {
                for hint in failure.complaints.flatMap(\.hints) {
                    log.error("what to do", [LogField("hint", hint)])
                }
            }
            return true
        }
    }

    private func stayAlive(for duration: Duration) {
        let until = world.clock.uptime + duration
        state.withLock { $0.aliveUntil = until }
    }

    /// Pings while work goes on, and only then: a daemon that is stuck must be started again.
    private func feedWatchdog(every interval: Duration) async {
        while !Task.isCancelled {
            if world.clock.uptime < state.withLock({ $0.aliveUntil }) { tell("WATCHDOG=1") }
            do { try await world.clock.sleep(for: interval) } catch { return }
        }
    }

    /// False where systemd listens and was not told.
    @discardableResult
    private func tell(_ text: String) -> Bool {
        do { try notifier.send(text) } catch {
            log.debug("systemd was not told", [LogField("reason", error)])
            return false
        }
        return true
    }
}
