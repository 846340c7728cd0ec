import Synchronization

/// Says once that a service has not answered well for a while, and once that it does again, whatever the number of
/// lanes and tries in between.
package final class TroubleWatch: Sendable {
    /// Which service, in the lines of the log.
    enum Subject {
        case graph, tokens
    }

    /// Trouble shorter than this is nobody's business.
    static let patience: Duration = .seconds(30)

    private struct State {
        /// When the first try failed after the last that went well, by the clock's uptime.
        var since: Duration?
        /// Tries that failed since then.
        var tries = 0
        var hasSpoken = false
        /// Somebody else says it, and says when it is over.
        var isKnown = false
    }

    private let subject: Subject
    private let state = Mutex(State())

    init(_ subject: Subject) { self.subject = subject }

    /// True between the two lines.
    var hasSpoken: Bool { state.withLock(\.hasSpoken) }

    /// - Returns: whether it was told of just now.
    @discardableResult
    func failed(at uptime: Duration, log: Log, reason: @autoclosure () -> [LogField]) -> Bool {
        let isTime = state.withLock { state in
            let since = state.since ?? uptime
            state.since = since
            state.tries += 1
            guard !state.hasSpoken, !state.isKnown, uptime - since >= Self.patience else { return false }
            state.hasSpoken = true
            return true
        }
        guard isTime else { return false }
        switch subject {
        case .graph: log.warning("the service gives no good answer, trying on", reason())
        case .tokens: log.warning("the token service gives no good answer, trying on", reason())
        }
        return true
    }

    /// Somebody else tells of what goes on: nothing is said of it here until ``takeBack()``.
    func leaveToOthers() { state.withLock { $0.isKnown = true } }

    /// All went well: what comes is news again.
    func takeBack() { state.withLock { $0.isKnown = false } }

    /// - Returns: whether its end was told of just now.
    @discardableResult
    func succeeded(at uptime: Duration, log: Log) -> Bool {
        let told: (lasted: Duration, tries: Int)? = state.withLock { state in
            defer { state = State(isKnown: state.isKnown) }
            return state.hasSpoken ? state.since.map { (uptime - $0, state.tries) } : nil
        }
        guard let told else { return false }
        let fields = [
            LogField("tries", told.tries), LogField("after-seconds", told.lasted.components.seconds),
        ]
        switch subject {
        case .graph: log.notice("the service answers again", fields)
        case .tokens: log.notice("the token service answers again", fields)
        }
        return true
    }
}
