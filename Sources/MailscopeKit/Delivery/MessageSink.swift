/// Where messages go: a Maildir, a file of JSON lines, a command.
///
/// A sink takes a batch, makes all of it durable, and only then answers. It may be asked for the same message again
/// after a crash (``DeliverableMessage/mayBeRepeated``) and must then not deliver it twice where it can tell.
package protocol MessageSink: Sendable {
    /// Stable over restarts: the ledger's acknowledgements are kept under it. From the configuration (`maildir`, …).
    var name: String { get }
    /// Which of the three contents it can take.
    var accepts: Set<MessageContent> { get }

    /// - Returns: one outcome a message, in the same order.
    /// - Throws: ``SinkError`` when the sink as a whole cannot take anything (disk full, read-only, no such folder):
    ///   then no message is held against.
    func deliver(_ batch: [DeliverableMessage]) async throws(SinkError) -> [DeliveryOutcome]

    /// Lets go of what it holds open, so that another sink can have it. Delivering takes it again.
    func close() async
}

extension MessageSink {
    /// Most hold nothing open between two batches.
    package func close() async {}
}

/// What is fetched of a message.
package enum MessageContent: String, Sendable, CaseIterable {
    /// The Graph resource, byte for byte.
    case json
    /// RFC 5322 text by `$value`.
    case mime
    /// Chosen properties only, as JSON.
    case headers
}

/// One message on its way to the sinks.
package struct DeliverableMessage: Sendable {
    package enum Body: Sendable {
        /// A JSON element, as it came.
        case bytes(ArraySlice<UInt8>)
        /// A whole file of ours on disk. Sinks may link to it, copy it or read it; they must not change or remove it.
        case file(path: String, size: Int)
    }

    package let id: MessageID
    /// Graph's own text, `2026-11-22T09:30:00Z`; nil where the service gave none.
    package let receivedDateTime: String?
    package let content: MessageContent
    package let body: Body
    /// True where a crash may have come between delivery and ledger, so that the sink must look before it writes.
    package let mayBeRepeated: Bool
    /// How many tries came before, 0 for the first.
    package let attempt: Int

    package init(
        id: MessageID, receivedDateTime: String?, content: MessageContent, body: Body, mayBeRepeated: Bool,
        attempt: Int
    ) {
        self.id = id
        self.receivedDateTime = receivedDateTime
        self.content = content
        self.body = body
        self.mayBeRepeated = mayBeRepeated
        self.attempt = attempt
    }
}

/// What became of one message at one sink.
package enum DeliveryOutcome: Sendable, Equatable {
    /// Durable there.
    case delivered
    /// Not now; try again later.
    case deferred(reason: String)
    /// This message cannot be delivered there.
    case refused(reason: String)
    /// The task was cancelled before the sink was done with it: nothing is held against the message.
    case untried
}

/// The sink as a whole cannot take messages. Nothing is lost: the cursor stays.
package struct SinkError: Error, Equatable, CustomStringConvertible {
    package let sink: String
    /// What failed and on which path.
    package let reason: String
    /// What to do about it.
    package let hint: String?

    package init(sink: String, reason: String, hint: String? = nil) {
        self.sink = sink
        self.reason = reason
        self.hint = hint
    }
    package var description: String { "sink \(sink): \(reason)" }
}
