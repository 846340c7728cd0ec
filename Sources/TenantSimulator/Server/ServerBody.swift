/// The bytes of a response: at hand, or made while they are sent, so that a large one never stands in memory.
package enum ServerBody: Sendable {
    case bytes([UInt8])
    /// `count` bytes; the closure gives those of one range, at most 64 KiB long, and is asked in order.
    case generated(count: Int, @Sendable (Range<Int>) -> [UInt8])

    package static let empty = ServerBody.bytes([])

    /// The text as UTF-8.
    package static func text(_ text: String) -> ServerBody { .bytes(Array(text.utf8)) }

    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .generated(let count, _): count
        }
    }

    func piece(_ range: Range<Int>) -> [UInt8] {
        switch self {
        case .bytes(let bytes): Array(bytes[range])
        case .generated(_, let make): make(range)
        }
    }
}
