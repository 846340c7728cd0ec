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
