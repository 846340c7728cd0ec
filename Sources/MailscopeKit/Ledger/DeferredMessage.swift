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
