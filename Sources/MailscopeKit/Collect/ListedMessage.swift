/// A message that a listing named.
struct ListedMessage: Sendable {
    let id: MessageID
    /// The service's text.
    let receivedDateTime: String?
    /// Its JSON, where the page brought all that is wanted; nil: to be fetched.
    var body: ArraySlice<UInt8>?
    /// Tries that failed before.
    var attempts = 0

    /// Bytes of ``body``.
    var size: Int { body?.count ?? 0 }

    /// As it came with its page; nil where it has to be fetched.
    var arrived: FetchedMessage? {
        body.map { FetchedMessage(id: id, receivedDateTime: receivedDateTime, body: .bytes($0), file: nil) }
    }
}

/// Some messages of a listing.
struct ListedPage: Sendable {
    var messages: [ListedMessage]
    /// How far the mailbox is collected once these and all before them are settled; nil: no farther than before.
    var reached: String?
}
