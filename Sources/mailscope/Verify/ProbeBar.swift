import LinuxHost
import MailscopeKit
import Synchronization
import Verification

/// A line that tells how far a verification is: on a person's terminal only, and gone at the end.
final class ProbeBar: Sendable {
    private struct State {
        var lastDrawn: Duration?
        /// Of the round.
        var began: Duration
        var round: [Int] = []
        var isDrawn = false
    }
    private let state: Mutex<State>
    private let clock: any HostClock
    private let width: Int
    private static let interval: Duration = .milliseconds(100)

    /// Nil where standard error is no terminal.
    init?(_ terminal: Terminal, clock: any HostClock) {
        guard terminal.isInteractive else { return nil }
        width = terminal.width
        self.clock = clock
        state = Mutex(State(began: clock.uptime))
    }

    func show(_ progress: ProbeProgress) {
        let now = clock.uptime
        state.withLock { state in
            if state.round != [progress.attempt, progress.round] {
                state.round = [progress.attempt, progress.round]
                state.began = now
            }
            if let last = state.lastDrawn, now - last < Self.interval { return }
            state.lastDrawn = now
            state.isDrawn = true
            let line = Self.line(progress, after: now - state.began, width: width)
            StandardStream.error.write("\r\u{1B}[K" + line)
        }
    }

    /// Takes it off the screen, so that something else can be written.
    func erase() {
        state.withLock { state in
            if state.isDrawn { StandardStream.error.write("\r\u{1B}[K") }
            state.isDrawn = false
        }
    }

    /// `round 1 of 2 [####......] 45 %, 1,234 of 2,742 probes, 56/s, 27 s left, 1,234 denied`, never wider than the terminal.
    static func line(_ progress: ProbeProgress, after elapsed: Duration, width: Int) -> String {
        let share = progress.total == 0 ? 1 : Swift.min(1, Double(progress.done) / Double(progress.total))
        let seconds = Swift.max(elapsed.seconds, 0.001)
        let rate = Double(progress.done) / seconds
        var line = progress.rounds > 1 ? "round \(progress.round) of \(progress.rounds) " : "probing "
        let filled = Int((share * 20).rounded(.down))
        line +=
            "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "] "
        var parts = ["\(Int(share * 100)) %"]
        if progress.readable > 0 { parts.append("\(Quantity.number(progress.readable)) READABLE") }
        parts.append("\(Quantity.number(progress.denied)) denied")
        if progress.inconclusive > 0 { parts.append("\(Quantity.number(progress.inconclusive)) unclear") }
        parts.append("\(Quantity.number(Int(rate.rounded())))/s")
        if rate > 0, share < 1 {
            parts.append(Quantity.time(.seconds(Double(progress.total - progress.done) / rate)) + " left")
        }
        return String((line + parts.joined(separator: ", ")).prefix(Swift.max(width - 1, 1)))
    }
}
