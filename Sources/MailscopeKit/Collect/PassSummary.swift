/// What one pass did.
package struct PassSummary: Sendable, Equatable {
    package var delivered = 0
    /// Of the messages delivered, as sinks got them.
    package var bytes = 0
    /// To be tried again later.
    package var deferred = 0
    package var quarantined = 0
    /// Why the first of the deferred and quarantined messages failed: one line, bounded, fit for a terminal.
    package var firstReason: String?
    /// Deleted before they could be fetched.
    package var gone = 0
    /// Older than the chosen start.
    package var skipped = 0
    /// Messages listed, those known already included.
    package var listed = 0
    /// Pages and messages asked for, not counting what was tried again.
    package var requests = 0
    package var duration: Duration = .zero
    /// Whether all ids were compared with the ledger.
    package var isReconciled = false
    /// Up to where the mailbox is collected, Graph's text; nil: no message yet.
    package var receivedDateTime: String?

    package init() {}

    mutating func countDeferred(_ reason: String) {
        deferred += 1
        firstReason = firstReason ?? ServerText.line(reason)
    }

    mutating func countQuarantined(_ reason: String) {
        quarantined += 1
        firstReason = firstReason ?? ServerText.line(reason)
    }
}
