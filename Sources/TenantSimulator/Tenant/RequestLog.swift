package import FoundationEssentials
import Synchronization

/// A request that the tenant answered, or refused to.
package struct LoggedRequest: Sendable, Equatable {
    /// Counts from 1 since the start.
    package let number: Int
    /// The tenant's time when the answer was ready.
    package let time: Date
    package let method: String
    /// Path and query as they were sent.
    package let target: String
    package let status: Int
    /// The client id of the token, or of the token request.
    package let appID: String?
    /// The mailbox as the path names it, decoded.
    package let mailbox: String?
    package let connectionID: Int
    package let userAgent: String?
    /// Bytes of the answer's body.
    package let bytes: Int
    /// The kind of fault that was switched on for it.
    package let fault: String?

    var json: JSONValue {
        .members([
            ("number", .integer(number)), ("time", .string(UTCText(time).precise)),
            ("method", .string(method)), ("path", .string(target)), ("status", .integer(status)),
            ("app", appID.map { .string($0) }), ("mailbox", mailbox.map { .string($0) }),
            ("connection", .integer(connectionID)), ("user-agent", userAgent.map { .string($0) }),
            ("bytes", .integer(bytes)), ("fault", fault.map { .string($0) }),
        ])
    }
}

/// All requests but those to `/simulator/`, the oldest forgotten beyond a limit.
package final class RequestLog: Sendable {
    /// The most requests that are kept.
    package let limit: Int
    private let state = Mutex(State())

    private struct State {
        var ring: [LoggedRequest] = []
        var oldest = 0
        var count = 0
    }

    package init(limit: Int = 1_000_000) { self.limit = limit }

    /// Adds what `make` gives for the next number.
    func add(_ make: (_ number: Int) -> LoggedRequest) {
        state.withLock { state in
            state.count += 1
            let entry = make(state.count)
            if state.ring.count < limit {
                state.ring.append(entry)
            } else {
                state.ring[state.oldest] = entry
                state.oldest = (state.oldest + 1) % limit
            }
        }
    }

    /// What is kept, the oldest first.
    package var entries: [LoggedRequest] {
        state.withLock { Array($0.ring[$0.oldest...] + $0.ring[..<$0.oldest]) }
    }

    /// How many there were since the start, forgotten ones too.
    package var count: Int { state.withLock { $0.count } }

    /// Forgets all entries; numbers go on.
    package func clear() {
        state.withLock { state in
            state.ring.removeAll()
            state.oldest = 0
        }
    }

    /// Entries after the number `after` that pass every filter given. `path` is a glob over path and query.
    package func entries(
        after: Int = 0, method: String? = nil, path: String? = nil, app: String? = nil,
        mailbox: String? = nil,
        status: Int? = nil
    ) -> [LoggedRequest] {
        let glob = path.map(Glob.init)
        return entries.filter { entry in
            entry.number > after && (method.map { $0 == entry.method } ?? true)
                && (glob?.matches(entry.target) ?? true)
                && (app.map { $0.lowercased() == entry.appID } ?? true)
                && (mailbox.map { $0.lowercased() == entry.mailbox?.lowercased() } ?? true)
                && (status.map { $0 == entry.status } ?? true)
        }
    }
}
