import Synchronization

/// Says once that the service has not answered well for a while, and once that it does again, whatever the number of
/// lanes and tries in between.
final class TroubleWatch: Sendable {
    /// Trouble shorter than this is nobody's business.
    static let patience: Duration = .seconds(30)

    private struct State {
        /// When the first try failed after the last that went well, by the clock's uptime.
        var since: Duration?
        var hasSpoken = false
    }

    private let state = Mutex(State())

    /// True between the two lines.
    var hasSpoken: Bool { state.withLock(\.hasSpoken) }

    func failed(at uptime: Duration, log: Log, reason: @autoclosure () -> [LogField]) {
        let isTime = state.withLock { state in
            let since = state.since ?? uptime
            state.since = since
            guard !state.hasSpoken, uptime - since >= Self.patience else { return false }
            state.hasSpoken = true
            return true
        }
        if isTime { log.warning("the service gives no good answer, trying on", reason()) }
    }

    func succeeded(at uptime: Duration, log: Log) {
        let lasted: Duration? = state.withLock { state in
            defer { state = State() }
            return state.hasSpoken ? state.since.map { uptime - $0 } : nil
        }
        if let lasted {
            log.notice("the service answers again", [LogField("after-seconds", lasted.components.seconds)])
        }
    }
}
