package import FoundationEssentials

/// How far a mailbox is collected.
package struct CollectionCursor: Sendable, Equatable {
    /// Everything received before this moment was seen; Graph's text, whole seconds, UTC. Nil: nothing yet.
    package var receivedDateTime: String?
    /// Whether the first walk through the past has ended.
    package var isBackfilled: Bool
    /// When all ids were last compared with the ledger; nil: never.
    package var reconciled: Date?
    /// The earliest moment that counts, in Graph's text; nil: the whole past.
    package var floor: String?
    /// What was asked for when ``floor`` was set (start and place); nil: never set. Where it differs from
    /// today's settings, the past has to be walked anew.
    package var origin: String?

    package init(
        receivedDateTime: String? = nil, isBackfilled: Bool = false, reconciled: Date? = nil,
        floor: String? = nil,
        origin: String? = nil
    ) {
        self.receivedDateTime = receivedDateTime
        self.isBackfilled = isBackfilled
        self.reconciled = reconciled
        self.floor = floor
        self.origin = origin
    }
}
