import Synchronization

/// Trouble that the log was told of, and is to be told the end of, by whichever ``Watch`` sees it.
package final class Outage: Sendable {
    struct State {
        /// Passes that failed in a row.
        var failures = 0
        /// When the first of them began, by the clock's uptime.
        var since: Duration?
        var isTold = false
    }

    private let state = Mutex(State())

    package init() {}

    var isTold: Bool { state.withLock(\.isTold) }

    func tell() { state.withLock { $0.isTold = true } }

    /// - Returns: how many failed in a row.
    func failed(since began: Duration) -> Int {
        state.withLock { state in
            state.since = state.since ?? began
            state.failures += 1
            return state.failures
        }
    }

    /// A pass is left before its end, and with it whoever has told of trouble in it.
    func left(_ troubles: [TroubleWatch], since began: Duration) {
        guard troubles.contains(where: \.hasSpoken) else { return }
        state.withLock { state in
            state.since = state.since ?? began
            state.isTold = true
        }
    }

    /// - Returns: what was told of, and is over now.
    func end() -> State? {
        state.withLock { state in
            defer { state = State() }
            return state.isTold ? state : nil
        }
    }
}
