/// What an earlier, unfinished try left behind.
package struct EarlierOffer: Sendable, Equatable {
    /// Offered before, and not settled since: sinks must look before they write.
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
