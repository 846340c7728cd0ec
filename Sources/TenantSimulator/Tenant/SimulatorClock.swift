package import FoundationEssentials
import Synchronization

/// The tenant's time: real time, moved ahead by tests, or standing still.
package final class SimulatorClock: Sendable {
    private let state: Mutex<State>

    private struct State {
        var ahead: TimeInterval = 0
        var frozen: Date?
    }

    /// - Parameter frozen: a moment at which the clock stands until it is advanced; nil for a clock that runs.
    package init(frozen: Date? = nil) {
        state = Mutex(State(frozen: frozen))
    }

    /// The tenant's time.
    package var now: Date {
        state.withLock { ($0.frozen ?? Date()).addingTimeInterval($0.ahead) }
    }

    /// Moves the clock, back too where `duration` is negative.
    package func advance(by duration: Duration) {
        let parts = duration.components
        let seconds = TimeInterval(parts.seconds) + TimeInterval(parts.attoseconds) / 1e18
        state.withLock { $0.ahead += seconds }
    }

    /// Seconds since 1970, whole.
    package var epochSeconds: Int { Int(now.timeIntervalSince1970.rounded(.down)) }
}
