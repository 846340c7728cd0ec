import LinuxHost
import MailscopeKit
import Synchronization

/// A line that tells how far a long walk is: on a person's terminal only, and gone at the end.
final class ProgressBar: Sendable {
    private struct State {
        var lastDrawn: Duration?
        var stage: CollectionProgress.Stage?
        /// When the stage began.
        var began: Duration
        var isDrawn = false
    }
    private let state: Mutex<State>
    private let clock: any HostClock
    private let began: Duration
    private let environment: [String: String]

    /// Nothing is drawn sooner: most passes are over by then.
    static let patience: Duration = .seconds(1)
    private static let interval: Duration = .milliseconds(100)

    /// Nil where standard error is no terminal, or one on which nothing can be erased.
    init?(environment: [String: String], clock: any HostClock) {
        guard Terminal(.error, environment: environment).canErase else { return nil }
        self.environment = environment
        self.clock = clock
        began = clock.uptime
        state = Mutex(State(began: began))
    }

    /// Draws it anew, where enough time has gone by.
    func show(_ progress: CollectionProgress) {
        let now = clock.uptime
        state.withLock { state in
            if state.stage != progress.stage {
                state.stage = progress.stage
                state.began = now
            }
            guard now - began >= Self.patience else { return }
            if let last = state.lastDrawn, now - last < Self.interval { return }
            state.lastDrawn = now
            state.isDrawn = true
            // A line wider than the terminal, which may be narrower now, would not go away again.
            let width = Terminal(.error, environment: environment).width
            let line = Self.line(progress, after: now - began, ofStage: now - state.began, width: width)
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

    /// `fetching [#####.....] 45 %, 1,234 messages, 56/s, 2 min left`, never wider than the terminal.
    ///
    /// The messages are those of the whole pass, the time left is that of the stage.
    static func line(
        _ progress: CollectionProgress, after elapsed: Duration, ofStage: Duration, width: Int
    ) -> String {
        let what =
            switch progress.stage {
            case .retrying: "trying again"
            case .skipping: "noting older messages"
            case .walking: "fetching"
            case .overlapping: "looking back"
            case .reconciling: "comparing"
            }
        let summary = progress.summary
        let seconds = Swift.max(elapsed.seconds, 0.001)
        var bar = ""
        // In the order in which they can be spared.
        var parts = [
            Quantity.count(summary.delivered, "message"),
            "\(Quantity.number(Int((Double(summary.delivered) / seconds).rounded())))/s",
        ]
        if let fraction = progress.fraction {
            let filled = Int((fraction * 20).rounded(.down))
            bar = "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 20 - filled))] "
            parts.insert("\(Int(fraction * 100)) %", at: 0)
            if fraction > 0.01, fraction < 1 {
                let left = ofStage.seconds * (1 - fraction) / fraction
                parts.append(Quantity.time(.seconds(left)) + " left")
            }
        }
        let limit = Swift.max(width - 1, 1)
        let full = what + " " + bar + parts.joined(separator: ", ")
        if full.count <= limit { return full }
        while parts.count > 1, (what + " " + parts.joined(separator: ", ")).count > limit {
            parts.removeLast()
        }
        return String((what + " " + parts.joined(separator: ", ")).prefix(limit))
    }
}
