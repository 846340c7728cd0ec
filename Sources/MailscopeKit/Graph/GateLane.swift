import Synchronization

/// A place among the requests in flight, held by one caller at a time.
package final class GateLane: Sendable {
    private enum State {
        case idle
        case inFlight
        case released
    }

    private let gate: RequestGate
    private let state = Mutex(State.idle)

    /// Takes over a place that the gate has given.
    init(gate: RequestGate) { self.gate = gate }

    deinit { release() }

    /// The last request has ended; another may be sent when this returns. The lane stays taken meanwhile.
    ///
    /// - Parameter pause: waited first; then come the fence and the budget.
    /// - Throws: ``GateError``; the lane is then idle, and still to be released.
    package func again(after pause: Duration = .zero) async throws(GateError) {
        finish(becoming: .idle)
        if pause > .zero { try await gate.sleep(for: pause) }
        try await begin()
    }

    /// The last request has ended, and the place is somebody else's. May be called twice.
    package func release() { finish(becoming: .released) }

    func begin() async throws(GateError) {
        try await gate.begin()
        state.withLock { $0 = .inFlight }
    }

    private func finish(becoming next: State) {
        let previous = state.withLock { state in
            let previous = state
            if previous != .released { state = next }
            return previous
        }
        if previous == .inFlight { gate.end() }
        if previous != .released, next == .released { gate.leave() }
    }
}
