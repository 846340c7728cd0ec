import MailscopeKit
import Synchronization

/// How long a run waits for a service that only says 429 and 503, shared by all that ask.
///
/// A mailbox is waited for as long as the plan's patience, so that a window of the service's limits goes by. Where many
/// mailboxes were throttled to the end while others answered, the next ones are waited for the shorter. Where nothing was
/// answered for any closed mailbox for as long as the patience, the run is over: it ends in bounded time, whatever the service does.
final class Forbearance: Sendable {
    private struct State {
        /// By the clock's uptime: when the service last said something else of a closed mailbox.
        var lastAnswer: Duration
        /// Mailboxes that were throttled to the end.
        var stuck = 0
        var isSpent = false
        var stuckDoors: Set<ProbeDoor> = []
    }

    private let patience: Duration
    private let clock: any HostClock
    private let state: Mutex<State>
    /// Mailboxes that are waited for in full; each one more halves the time.
    static let generosity = 16
    static let least: Duration = .seconds(5)

    init(_ patience: Duration, clock: any HostClock) {
        self.patience = patience
        self.clock = clock
        state = Mutex(State(lastAnswer: clock.uptime))
    }

    /// How long the next mailbox may be throttled.
    var allowance: Duration {
        state.withLock { state in
            if state.isSpent { return .zero }
            let halvings = Swift.max(0, state.stuck - Self.generosity)
            return halvings == 0 ? patience : Swift.max(Self.least, patience / (1 << Swift.min(halvings, 30)))
        }
    }

    /// How long a control may be: nothing goes on without the one by `messages`; other doors are waited for once.
    func allowance(ofControlBy door: ProbeDoor) -> Duration {
        state.withLock { $0.isSpent || $0.stuckDoors.contains(door) ? .zero : patience }
    }

    /// What a control by a door came to.
    func note(isThrottled: Bool, controlBy door: ProbeDoor) {
        guard door != .messages else { return }
        state.withLock { state in
            if isThrottled { state.stuckDoors.insert(door) } else { state.stuckDoors.remove(door) }
        }
    }

    /// The service had time. What it says of the open mailbox does not tell that it will of others.
    func answered(isOpen: Bool) {
        let now = clock.uptime
        state.withLock { state in
            if !isOpen { state.lastAnswer = now }
            state.isSpent = false
        }
    }

    /// A mailbox was throttled to the end.
    ///
    /// - Returns: whether nothing at all was answered for as long as the patience lasts.
    func gaveUp() -> Bool {
        let now = clock.uptime
        return state.withLock { state in
            state.stuck += 1
            if now - state.lastAnswer >= patience { state.isSpent = true }
            return state.isSpent
        }
    }

    /// Nothing goes on: a control was throttled to the end.
    func spend() { state.withLock { $0.isSpent = true } }
}
