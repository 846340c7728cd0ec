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
