/// What is collected of a mailbox, how often, and with how much patience.
package struct CollectionSettings: Sendable, Equatable {
    /// How far back collecting begins.
    package enum Start: Sendable, Equatable {
        /// With the oldest message.
        case all
        /// With what was received at this moment or later: `2026-11-22T09:30:00Z`.
        case since(String)
        /// With what arrives from the first pass on.
        case now
    }

    package var content: MessageContent = .mime
    package var start: Start = .all
    /// Which messages: the folder's name or id, or "" for the whole mailbox. A change makes the walk begin anew.
    package var folder = ""
    /// The properties of ``MessageContent/headers``; `id` and `receivedDateTime` always come along.
    package var properties = [
        "receivedDateTime", "sentDateTime", "subject", "from", "sender", "toRecipients", "ccRecipients",
        "replyTo",
        "internetMessageId", "conversationId", "parentFolderId", "hasAttachments", "importance", "isRead",
    ]
    /// From the end of one pass to the beginning of the next.
    package var pollInterval: Duration = .seconds(60)
    /// How far behind the cursor each pass looks for messages that arrived late with an older date.
    package var overlap: Duration = .seconds(900)
    /// How often all ids since the start are compared with the ledger; nil: never.
    package var reconcileInterval: Duration? = .seconds(86_400)
    /// How often a message is tried before it goes to the quarantine.
    package var tries = 5
    /// The wait before the second try; each later one is three times as long, up to ``longestRetry``.
    package var firstRetry: Duration = .seconds(300)
    package var longestRetry: Duration = .seconds(21_600)
    /// A page of `json` or `headers` is asked for so large that it comes near this many bytes.
    package var pageBytes = 512 << 10
    /// Most bytes of a page that are taken; beyond, fewer messages are asked for.
    package var pageLimit = 8 << 20
    /// While so many bytes of `json` or `headers` are in hand, no further page is asked for.
    package var aheadBytes = 2 << 20
    /// Most bytes of one message's JSON.
    package var messageLimit = 16 << 20
    /// Messages, and bytes, that sinks are given at once.
    package var batchMessages = 64
    package var batchBytes = 32 << 20
    /// Messages fetched at once; the gate bounds requests as well.
    package var lanes = 4

    package init() {}
}

extension CollectionSettings {
    /// What is listed with each message; nil: all that the service gives by itself.
    var selection: [String]? {
        switch content {
        case .json: nil
        case .mime: Self.identity
        case .headers: Self.identity + properties.filter { !Self.identity.contains($0) }
        }
    }

    /// All that telling messages apart needs.
    static let identity = ["id", "receivedDateTime"]

    /// The wait before another try, after `attempts` of them.
    func wait(after attempts: Int) -> Duration {
        var wait = firstRetry
        for _ in 1..<max(1, Swift.min(attempts, 20)) where wait < longestRetry { wait *= 3 }
        return Swift.min(wait, longestRetry)
    }
}
