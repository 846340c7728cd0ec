import LinuxHost
import MailscopeKit
import Synchronization

/// What systemd is told: texts, and that the daemon lives, while there is reason to believe it.
final class Lifeline: Sendable {
    private let notifier: Notifier
    private let clock: any HostClock
    private let log: Log
    /// Nobody needs to worry before.
    private let aliveUntil: Mutex<Duration>

    /// No honest wait inside a pass is longer: all tries of one request with the service's longest waits between.
    static let longestSilence: Duration = .seconds(3 * 3_600)

    init(environment: [String: String], clock: any HostClock, log: Log) {
        notifier = Notifier(environment: environment)
        self.clock = clock
        self.log = log
        aliveUntil = Mutex(clock.uptime + Self.longestSilence)
    }

    /// Something was done; the next is to be expected within `pause` and the longest silence.
    func live(pause: Duration = .zero) {
        let until = clock.uptime + pause + Self.longestSilence
        aliveUntil.withLock { $0 = until }
    }

    /// Pings while work goes on, and only then: a daemon that is stuck must be started again. Ends when the task is
    /// cancelled; at once where systemd wants no pings.
    func ping() async {
        guard let interval = notifier.watchdog.map({ $0 / 2 }) else { return }
        while !Task.isCancelled {
            if clock.uptime < aliveUntil.withLock({ $0 }) { tell("WATCHDOG=1") }
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }

    /// - Returns: false where systemd listens and was not told.
    @discardableResult
    func tell(_ text: String) -> Bool {
        heard { () throws(NotifyError) in try notifier.send(text) }
    }

    func tellReloading() {
        _ = heard { () throws(NotifyError) in
            try notifier.sendReloading(status: "reading the configuration again")
        }
    }

    private func heard(_ send: () throws(NotifyError) -> Bool) -> Bool {
        do throws(NotifyError) { _ = try send() } catch {
            log.debug("systemd was not told", [LogField("reason", error)])
            return false
        }
        return true
    }
}
