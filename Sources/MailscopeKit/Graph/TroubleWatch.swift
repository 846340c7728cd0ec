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
        var hasSpoken = false
        /// Somebody else has said it, and says when it is over.
        var isKnown = false
    }

    private let subject: Subject
    private let state = Mutex(State())

    init(_ subject: Subject) { self.subject = subject }

    /// True between the two lines.
    var hasSpoken: Bool { state.withLock(\.hasSpoken) }

    func failed(at uptime: Duration, log: Log, reason: @autoclosure () -> [LogField]) {
        let isTime = state.withLock { state in
            let since = state.since ?? uptime
            state.since = since
            guard !state.hasSpoken, !state.isKnown, uptime - since >= Self.patience else { return false }
            state.hasSpoken = true
            return true
        }
        guard isTime else { return }
        switch subject {
        case .graph: log.warning("the service gives no good answer, trying on", reason())
        case .tokens: log.warning("the token service gives no good answer, trying on", reason())
        }
    }

    /// Somebody else has told of what goes on, if anything does: nothing is said of it here any more.
    func leaveToOthers() {
        state.withLock { state in state.isKnown = state.since != nil && !state.hasSpoken }
    }

    func succeeded(at uptime: Duration, log: Log) {
        let lasted: Duration? = state.withLock { state in
            defer { state = State() }
            return state.hasSpoken ? state.since.map { uptime - $0 } : nil
        }
        guard let lasted else { return }
        let fields = [LogField("after-seconds", lasted.components.seconds)]
        switch subject {
        case .graph: log.notice("the service answers again", fields)
        case .tokens: log.notice("the token service answers again", fields)
        }
    }
}
