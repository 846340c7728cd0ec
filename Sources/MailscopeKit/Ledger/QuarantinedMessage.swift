package import FoundationEssentials

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
