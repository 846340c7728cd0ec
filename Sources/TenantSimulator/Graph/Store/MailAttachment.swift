internal import FoundationEssentials

/// An attachment of one message.
struct MailAttachment: Sendable {
    enum Kind: Sendable {
        case file
        /// A message in the message; its MIME is the content.
        case item(subject: String, sent: UTCTime)
        /// A link to a file elsewhere: it has no content.
        case reference
    }

    enum Content: Sendable {
        case bytes([UInt8])
        /// A piece of the common random block, repeated where it is longer.
        case random(offset: Int, count: Int)
        /// Too large to be had through this resource at all.
        case huge(count: Int)
    }

    let kind: Kind
    let name: String
    let contentType: String
    var isInline = false
    var contentID: String?
    let content: Content

    var size: Int {
        switch content {
        case .bytes(let bytes): bytes.count
        case .random(_, let count), .huge(let count): count
        }
    }

    /// The content, empty where it is ``Content/huge(count:)``.
    var bytes: [UInt8] {
        switch content {
        case .bytes(let bytes): return bytes
        case .huge: return []
        case .random(let offset, let count):
            var output: [UInt8] = []
            output.reserveCapacity(count)
            while output.count < count {
                let start = (offset + output.count) % Self.block.count
                output += Self.block[start..<Swift.min(Self.block.count, start + count - output.count)]
            }
            return output
        }
    }

    /// 64 KiB that no compression makes smaller.
    private static let block: [UInt8] = {
        var random = SeededGenerator(seed: 0x6174_7461_6368)
        return (0..<8_192).flatMap { _ in
            let word = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
    }()
}
