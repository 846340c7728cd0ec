/// One page of messages: the bytes as the service sent them, and where each message stands in them.
package struct MessagePage: Sendable {
    package let bytes: [UInt8]
    package let elements: [PageElement]
    /// The page after this one, already admitted; nil on the last. An empty page may have one.
    package let next: ScopedRequest?
    /// Where the next round of a delta walk begins; nil but on the last page of one.
    package let delta: ScopedRequest?

    /// The bytes of one element, `{` to `}`, as they came.
    package func slice(_ element: PageElement) -> ArraySlice<UInt8> { bytes[element.range] }
}

/// One message of a page.
package struct PageElement: Sendable, Equatable {
    /// Its JSON object within the page's bytes.
    package let range: Range<Int>
    package let id: MessageID
    /// The service's text, `2026-11-22T09:30:00Z`; nil where it gave none or null.
    package let receivedDateTime: String?
    /// A delta entry that says the message left the folder (deleted or moved).
    package let isRemoved: Bool
}
