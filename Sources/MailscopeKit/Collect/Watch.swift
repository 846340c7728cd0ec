internal import FoundationEssentials

/// Passes for ever: the daemon's work.
package struct Watch: Sendable {
    /// What the daemon's surroundings are told.
    package enum Event: Sendable {
        case passed(PassSummary)
        /// A pass failed; the next begins after `next`. `failures` counts them in a row, from 1.
        case failed(CollectError, failures: Int, next: Duration)
    }

    private let collector: Collector
    private let clock: any HostClock
    private let log: Log
    private let outage: Outage

    /// The first wait after a failure, and the longest.
    static let firstWait: Duration = .seconds(60)
    static let longestWait: Duration = .seconds(300)

    /// - Parameters:
    ///   - collector: makes the passes.
    ///   - clock: measures.
    ///   - log: is told when trouble begins, and when it is over.
    ///   - outage: the trouble that an earlier watch has told of, where there was one.
    package init(collector: Collector, clock: any HostClock, log: Log, outage: Outage = Outage()) {
        self.collector = collector
        self.clock = clock
        self.log = log
        self.outage = outage
    }

    /// Runs until the task is cancelled, which is its ordinary end.
    ///
    /// - Parameters:
    ///   - mayBegin: asked before every pass; false ends the run.
    ///   - isFatal: whether a failure ends the run with its error, which nothing is logged of then.
    ///   - report: hears of every pass; false ends the run, with that pass's error.
    /// - Throws: ``CollectError`` when one of them said so, and at once when the ledger is damaged.
    package func run(
        mayBegin: @Sendable () -> Bool = { true },
        isFatal: @Sendable (CollectError) -> Bool = { _ in false },
        _ report: @Sendable (Event) -> Bool
    ) async throws(CollectError) {
        /// What goes wrong is news once for each watch.
        var hasSpoken = false
        var began = clock.uptime
        let troubles = [collector.mail.trouble, collector.mail.tokens.trouble].compactMap(\.self)
        defer { outage.left(troubles, since: began) }
        while !Task.isCancelled {
            guard mayBegin() else { return }
            began = clock.uptime
            var wait = collector.settings.pollInterval
            do throws(CollectError) {
                let summary = try await collector.pass()
                for trouble in troubles { trouble.takeBack() }
                if let over = outage.end() {
                    let lasted = clock.uptime - (over.since ?? clock.uptime)
                    log.notice(
                        "collecting works again",
                        [
                            LogField("tries", over.failures),
                            LogField("after-seconds", lasted.components.seconds),
                        ])
                }
                hasSpoken = false
                guard report(.passed(summary)) else { return }
                wait = await untilNext()
            } catch .cancelled {
                return
            } catch .ledger(.corrupt(let path, let detail)) {
                throw .ledger(.corrupt(path: path, detail: detail))
            } catch {
                if isFatal(error) { throw error }
                let failures = outage.failed(since: began)
                wait = Self.wait(after: failures)
                // One line when it begins; what follows is the same trouble going on, or has been told of already.
                let speakers = troubles.filter(\.hasSpoken)
                let isNews = !hasSpoken && speakers.isEmpty
                // Whoever has spoken says when it is over, and nobody else says anything until then.
                for trouble in troubles where !trouble.hasSpoken { trouble.leaveToOthers() }
                log.record(
                    isNews ? .error : .debug, "collecting failed",
                    [LogField("reason", error), LogField("retry-after", wait)])
                if isNews { outage.tell() }
                hasSpoken = hasSpoken || isNews
                guard report(.failed(error, failures: failures, next: wait)) else { throw error }
            }
            do { try await clock.sleep(for: wait) } catch { return }
        }
    }

    static func wait(after failures: Int) -> Duration {
        Swift.min(firstWait * (1 << Swift.min(failures - 1, 8)), longestWait)
    }

    /// The poll interval, or less where a message is due before.
    private func untilNext() async -> Duration {
        let interval = collector.settings.pollInterval
        guard let due = try? await collector.ledger.nextDue() else { return interval }
        let wait = Duration.seconds(due.timeIntervalSince(clock.now))
        return Swift.max(.seconds(1), Swift.min(interval, wait))
    }
}
