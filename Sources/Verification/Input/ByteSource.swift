/// Bytes that are read piece by piece: a file, for one.
package protocol ByteSource: Sendable {
    /// As messages name it.
    var name: String { get }
    /// Up to `limit` bytes at `offset`; none at the end.
    func read(at offset: Int, limit: Int) async throws(ClosedListError) -> [UInt8]
}

/// Bytes that are at hand.
package struct BytesAtHand: ByteSource {
    package let name: String
    private let bytes: [UInt8]

    package init(name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    package func read(at offset: Int, limit: Int) async throws(ClosedListError) -> [UInt8] {
        Array(bytes.dropFirst(offset).prefix(limit))
    }
}
