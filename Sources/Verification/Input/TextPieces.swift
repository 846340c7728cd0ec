/// A file of text as UTF-8, piece by piece: UTF-8 or UTF-16, with a byte order mark or without.
///
/// Without a mark it is UTF-16 where one of the first two bytes is zero, for no list begins with such a character.
/// Bytes that are no UTF-8 are left as they are: only columns that nobody reads may have them.
struct TextPieces {
    private enum Form { case utf8, little, big }

    private let source: any ByteSource
    private var offset = 0
    private var form: Form?
    private var rest: [UInt8] = []
    private var high: UInt16?

    init(_ source: any ByteSource) { self.source = source }

    /// The next piece; nil at the end.
    mutating func next() async throws(ClosedListError) -> [UInt8]? {
        while true {
            let piece = try await source.read(at: offset, limit: 64 << 10)
            let isFirst = offset == 0
            offset += piece.count
            if isFirst { try begin(piece) } else { rest += piece }
            guard !piece.isEmpty else {
                guard rest.isEmpty, high == nil else { throw broken }
                return nil
            }
            switch form {
            case .utf8, nil:
                defer { rest = [] }
                if !rest.isEmpty { return rest }
            case .little, .big:
                let text = decode()
                if !text.isEmpty { return text }
            }
        }
    }

    private mutating func begin(_ piece: [UInt8]) throws(ClosedListError) {
        var skipped = 0
        switch (piece.first, piece.dropFirst().first) {
        case (0xff, 0xfe): (form, skipped) = (.little, 2)
        case (0xfe, 0xff): (form, skipped) = (.big, 2)
        case (0xef, 0xbb) where piece.count > 2 && piece[2] == 0xbf: (form, skipped) = (.utf8, 3)
        case (0, _?): form = .big
        case (_?, 0): form = .little
        default: form = .utf8
        }
        rest = Array(piece.dropFirst(skipped))
    }

    private mutating func decode() -> [UInt8] {
        var text: [UInt8] = []
        let isBig = form == .big
        var index = 0
        while index + 1 < rest.count {
            let (a, b) = (UInt16(rest[index]), UInt16(rest[index + 1]))
            index += 2
            let unit = isBig ? a << 8 | b : b << 8 | a
            if let first = high {
                high = nil
                if UTF16.isTrailSurrogate(unit) {
                    let value = 0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(unit) - 0xdc00)
                    text += Array(String(Unicode.Scalar(value) ?? "\u{fffd}").utf8)
                    continue
                }
                text += Array("\u{fffd}".utf8)
            }
            if UTF16.isLeadSurrogate(unit) {
                high = unit
            } else {
                text += Array(String(Unicode.Scalar(unit) ?? "\u{fffd}").utf8)
            }
        }
        rest.removeFirst(index)
        return text
    }

    private var broken: ClosedListError {
        ClosedListError(
            source: source.name, reason: "it ends in the middle of a character",
            hint: "it was cut off: export it again")
    }
}
