package import FoundationEssentials

/// What is remembered of a mailbox over restarts. Every change is durable when its call returns.
///
/// Implemented over SQLite by `SQLiteLedger`; a second one over PostgreSQL must be possible.
package protocol Ledger: Sendable {
    /// Where collecting stands; nil before the first commit.
    func cursor() async throws(LedgerError) -> CollectionCursor?

    /// Those of `ids` that are neither delivered, deferred, quarantined nor gone, in the given order.
    func unknown(among ids: [MessageID]) async throws(LedgerError) -> [MessageID]

    /// Notes that these are about to be given to the sinks, and what earlier tries left behind.
    ///
    /// - Returns: for each id: whether it was offered before without a commit, which sinks acknowledged it, its tries.
    func offer(_ ids: [MessageID]) async throws(LedgerError) -> [MessageID: EarlierOffer]

    /// One transaction: what became of each message, and how far collecting got.
    func commit(_ records: [MessageRecord], cursor: CollectionCursor?) async throws(LedgerError)

    /// Messages to be tried again whose time has come, oldest first.
    func due(at now: Date, limit: Int) async throws(LedgerError) -> [DeferredMessage]

    /// The quarantine, oldest first, from `offset`.
    func quarantined(limit: Int, offset: Int) async throws(LedgerError) -> [QuarantinedMessage]

    /// Makes quarantined messages due now, all of them where `ids` is nil.
    ///
    /// - Returns: how many.
    func retry(_ ids: [MessageID]?) async throws(LedgerError) -> Int

    /// The counts for `mailscope status`.
    func counts() async throws(LedgerError) -> LedgerCounts

    /// Requests booked in the window that ends now, by time of booking; older ones are forgotten.
    func bookings(since: Date) async throws(LedgerError) -> [RequestBooking]
    /// Books requests before they are sent, so that a crash cannot forget them.
    func book(_ booking: RequestBooking) async throws(LedgerError)

    /// Small facts for `status`: last pass, last error, … Known keys are in ``LedgerNote``.
    func note(_ key: LedgerNote, _ value: String?) async throws(LedgerError)
    func note(_ key: LedgerNote) async throws(LedgerError) -> String?
}

/// How far a mailbox is collected.
package struct CollectionCursor: Sendable, Equatable {
    /// Everything received before this moment was seen; Graph's text, whole seconds, UTC. Nil: nothing yet.
    package var receivedDateTime: String?
    /// Whether the first walk through the past has ended.
    package var isBackfilled: Bool
    /// When all ids were last compared with the ledger; nil: never.
    package var reconciled: Date?

    package init(receivedDateTime: String?, isBackfilled: Bool, reconciled: Date?) {
        self.receivedDateTime = receivedDateTime
        self.isBackfilled = isBackfilled
        self.reconciled = reconciled
    }
}

/// What an earlier, unfinished try left behind.
package struct EarlierOffer: Sendable, Equatable {
    /// Offered before, and no commit came: sinks must look before they write.
    package let wasOffered: Bool
    /// Sinks that have it durably.
    package let acknowledged: Set<String>
    package let attempts: Int

    package init(wasOffered: Bool, acknowledged: Set<String>, attempts: Int) {
        self.wasOffered = wasOffered
        self.acknowledged = acknowledged
        self.attempts = attempts
    }
}

/// What became of one message.
package struct MessageRecord: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// All sinks have it.
        case delivered
        /// Try again at `next`; `acknowledged` sinks have it already.
        case deferred(reason: String, next: Date, attempts: Int, acknowledged: Set<String>)
        /// Given up until someone says retry.
        case quarantined(reason: String, attempts: Int, acknowledged: Set<String>)
        /// It was deleted from the mailbox before it could be fetched.
        case gone
        /// Older than the chosen start; never to be fetched.
        case skipped
    }

    package let id: MessageID
    package let receivedDateTime: String?
    package let state: State

    package init(id: MessageID, receivedDateTime: String?, state: State) {
        self.id = id
        self.receivedDateTime = receivedDateTime
        self.state = state
    }
}

/// A message that waits for its next try.
package struct DeferredMessage: Sendable, Equatable {
    package let id: MessageID
    package let receivedDateTime: String?
    package let attempts: Int

    package init(id: MessageID, receivedDateTime: String?, attempts: Int) {
        self.id = id
        self.receivedDateTime = receivedDateTime
        self.attempts = attempts
    }
}

/// A message that was given up, and why.
package struct QuarantinedMessage: Sendable, Equatable {
    package let id: MessageID
    package let receivedDateTime: String?
    package let reason: String
    package let attempts: Int
    package let since: Date

    package init(id: MessageID, receivedDateTime: String?, reason: String, attempts: Int, since: Date) {
        self.id = id
        self.receivedDateTime = receivedDateTime
        self.reason = reason
        self.attempts = attempts
        self.since = since
    }
}

package struct LedgerCounts: Sendable, Equatable {
    package var delivered = 0
    package var deferred = 0
    package var quarantined = 0
    package var gone = 0
    package var skipped = 0

    package init() {}
}

/// `count` requests that were booked at `time`.
package struct RequestBooking: Sendable, Equatable {
    package let time: Date
    package let count: Int

    package init(time: Date, count: Int) {
        self.time = time
        self.count = count
    }
}

/// The small facts that `status` shows.
package enum LedgerNote: String, Sendable, CaseIterable {
    case mailbox
    case lastPassStarted
    case lastPassFinished
    case lastError
    case certificateNotAfter
}

/// The ledger could not be used.
package enum LedgerError: Error, Equatable, CustomStringConvertible {
    /// Another process has the state directory.
    case inUse(path: String, holder: String)
    /// The file is no ledger, or is damaged.
    case corrupt(path: String, detail: String)
    /// It was written by a newer mailscope.
    case newer(path: String, version: Int)
    /// It belongs to another mailbox.
    case otherMailbox(path: String, mailbox: String)
    /// The file or its directory cannot be read or written; `detail` holds the system's reason.
    case unusable(path: String, detail: String)

    package var description: String {
        switch self {
        case .inUse(let path, let holder): "\(path) is in use by \(holder)"
        case .corrupt(let path, let detail): "\(path) is damaged: \(detail)"
        case .newer(let path, let version): "\(path) was written by a newer mailscope (schema \(version))"
        case .otherMailbox(let path, let mailbox): "\(path) belongs to the mailbox \(mailbox)"
        case .unusable(let path, let detail): "\(path) cannot be used: \(detail)"
        }
    }
}
