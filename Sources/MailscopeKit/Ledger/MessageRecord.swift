package import FoundationEssentials

/// What became of one message.
package struct MessageRecord: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// All sinks have it.
        case delivered
        /// Try again at `next`; `acknowledged` sinks have it already.
        case deferred(reason: String, next: Date, attempts: Int, acknowledged: Set<String>)
        /// Given up until someone says retry.
        case quarantined(reason: String, since: Date, attempts: Int, acknowledged: Set<String>)
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
