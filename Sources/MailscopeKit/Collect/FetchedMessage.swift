/// A message in hand, ready for the sinks.
struct FetchedMessage: Sendable {
    let id: MessageID
    let receivedDateTime: String?
    let body: DeliverableMessage.Body
    /// The spool's file behind ``body``; its user removes it.
    let file: (any SpoolFile)?

    var size: Int {
        switch body {
        case .bytes(let bytes): bytes.count
        case .file(_, let size): size
        }
    }
}
