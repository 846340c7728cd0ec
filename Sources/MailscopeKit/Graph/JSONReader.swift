/// Walks over JSON (RFC 8259) in one pass, strictly, and decodes only what it is asked for.
///
/// Refused: anything that is no UTF-8, unescaped control characters, numbers and literals outside the grammar, more than
/// ``depthLimit`` levels. After a fault the reader is not used again.
struct JSONReader {
    static let depthLimit = 128

    /// What is wrong, and where.
    struct Fault: Error, Equatable {
        /// In bytes from the start.
        let offset: Int
        let reason: String
    }

    let bytes: [UInt8]
    private(set) var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Where a string stands between its quotes.
    struct Text {
        let range: Range<Int>
        let isEscaped: Bool
    }

    /// The byte of the next token, or nil at the end.
    mutating func peek() -> UInt8? {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// Takes one byte of punctuation.
    mutating func take(_ byte: UInt8) throws(Fault) {
        guard peek() == byte else { throw fault("'\(Character(Unicode.Scalar(byte)))' is missing") }
        index += 1
    }

    /// Takes that byte where it is the next token.
    mutating func takes(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    /// Nothing but white space may follow.
    mutating func end() throws(Fault) {
        if peek() != nil { throw fault("something follows the end") }
    }

    func fault(_ reason: String) -> Fault {
        Fault(offset: index, reason: index < bytes.count ? reason : "it ends too early")
    }

    // MARK: Values

    /// Walks over one value of any kind.
    ///
    /// - Returns: where it stands.
    mutating func value() throws(Fault) -> Range<Int> {
        _ = peek()
        let start = index
        var isObject: UInt128 = 0  // a bit for each open container, the innermost lowest
        var depth = 0
        while true {
            switch peek() {
            case UInt8(ascii: "\"")?: _ = try string()
            case UInt8(ascii: "{")?:
                index += 1
                if !takes(UInt8(ascii: "}")) {
                    try deepen(&depth)
                    isObject = isObject << 1 | 1
                    try key()
                    continue
                }
            case UInt8(ascii: "[")?:
                index += 1
                if !takes(UInt8(ascii: "]")) {
                    try deepen(&depth)
                    isObject <<= 1
                    continue
                }
            case UInt8(ascii: "t")?: try literal("true")
            case UInt8(ascii: "f")?: try literal("false")
            case UInt8(ascii: "n")?: try literal("null")
            default: try number()
            }
            while depth > 0 {
                let inObject = isObject & 1 == 1
                if takes(UInt8(ascii: ",")) {
                    if inObject { try key() }
                    break
                }
                try take(inObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
                isObject >>= 1
                depth -= 1
            }
            if depth == 0 { return start..<index }
        }
    }

    private func deepen(_ depth: inout Int) throws(Fault) {
        depth += 1
        if depth > Self.depthLimit { throw fault("it is nested more than \(Self.depthLimit) levels deep") }
    }

    private mutating func key() throws(Fault) {
        _ = try string()
        try take(UInt8(ascii: ":"))
    }

    private mutating func literal(_ word: String) throws(Fault) {
        guard bytes[index...].starts(with: word.utf8) else { throw fault("a value is missing") }
        index += word.utf8.count
    }

    private mutating func number() throws(Fault) {
        if byte == UInt8(ascii: "-") { index += 1 }
        if byte == UInt8(ascii: "0") { index += 1 } else { try digits("a value is missing") }
        if byte == UInt8(ascii: ".") {
            index += 1
            try digits("a digit is missing")
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            index += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { index += 1 }
            try digits("a digit is missing")
        }
    }

    private mutating func digits(_ reason: String) throws(Fault) {
        let start = index
        while let byte, byte >= 0x30, byte <= 0x39 { index += 1 }
        if index == start { throw fault(reason) }
    }

    private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

    // MARK: Strings

    /// Walks over one string.
    mutating func string() throws(Fault) -> Text {
        try take(UInt8(ascii: "\""))
        let start = index
        var isEscaped = false
        while true {
            index = Self.plainEnd(bytes.span, from: index)
            switch byte {
            case UInt8(ascii: "\"")?:
                index += 1
                return Text(range: start..<(index - 1), isEscaped: isEscaped)
            case UInt8(ascii: "\\")?:
                isEscaped = true
                try escape()
            case let byte? where byte >= 0x80: try multibyte(byte)
            case nil: throw fault("a string does not end")
            default: throw fault("a control character is not escaped")
            }
        }
    }

    /// Where ASCII that means itself ends, looked at eight at a time: nearly all of a page is this.
    private static func plainEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        let count = bytes.count
        var at = start
        while at + 8 <= count {
            let marks = specials(in: word(bytes.extracting(at..<(at + 8))))
            if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < count, specials(in: UInt64(bytes[at]) | plain << 8) == 0 { at += 1 }
        return at
    }

    /// Eight spaces.
    private static let plain: UInt64 = 0x2020_2020_2020_2020

    /// Eight bytes, the first one lowest. The compiler makes one load of it where it knows that there are eight.
    @inline(__always) private static func word(_ eight: Span<UInt8>) -> UInt64 {
        let low =
            UInt64(eight[0]) | UInt64(eight[1]) << 8 | UInt64(eight[2]) << 16 | UInt64(eight[3]) << 24
        let high =
            UInt64(eight[4]) | UInt64(eight[5]) << 8 | UInt64(eight[6]) << 16 | UInt64(eight[7]) << 24
        return low | high << 32
    }

    /// The high bit of the first byte that is a control character, a quote, a backslash or no ASCII; 0 where all eight
    /// mean themselves. Bits above the first say nothing, because a subtraction borrows from there.
    @inline(__always) private static func specials(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let control = word &- ones &* 0x20
        let quote = (word ^ ones &* 0x22) &- ones
        let backslash = (word ^ ones &* 0x5C) &- ones
        return (word | control | quote | backslash) & (ones &* 0x80)
    }

    private mutating func escape() throws(Fault) {
        index += 1
        switch byte {
        case UInt8(ascii: "u")?:
            index += 1
            for _ in 0..<4 {
                guard let byte, Self.hex(byte) != nil else { throw fault("an escape is not whole") }
                index += 1
            }
        case let byte? where Self.simpleEscape(byte) != nil: index += 1
        default: throw fault("an escape is unknown")
        }
    }

    /// RFC 3629 §4: no overlong forms, no surrogates, nothing beyond U+10FFFF.
    private mutating func multibyte(_ lead: UInt8) throws(Fault) {
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: throw fault("it is no UTF-8")
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else {
            throw fault("it is no UTF-8")
        }
        for offset in 2..<length where bytes[index + offset] & 0xC0 != 0x80 { throw fault("it is no UTF-8") }
        index += length
    }

    // MARK: Decoding

    /// The string's meaning.
    ///
    /// - Throws: ``Fault`` where it holds half of a surrogate pair, which is no text.
    func decoded(_ text: Text) throws(Fault) -> String {
        guard text.isEscaped else { return String(decoding: bytes[text.range], as: UTF8.self) }
        var units: [UInt8] = []
        var at = text.range.lowerBound
        while at < text.range.upperBound {
            guard bytes[at] == UInt8(ascii: "\\") else {
                units.append(bytes[at])
                at += 1
                continue
            }
            if let simple = Self.simpleEscape(bytes[at + 1]) {
                units.append(simple)
                at += 2
                continue
            }
            var value = UInt32(unit(at: at + 2))
            at += 6
            if value & 0xFC00 == 0xD800, at + 6 <= text.range.upperBound, bytes[at] == UInt8(ascii: "\\"),
                bytes[at + 1] == UInt8(ascii: "u"), unit(at: at + 2) & 0xFC00 == 0xDC00
            {
                value = 0x10000 + (value & 0x3FF) << 10 + UInt32(unit(at: at + 2) & 0x3FF)
                at += 6
            }
            guard let scalar = Unicode.Scalar(value) else {
                throw Fault(offset: at, reason: "half a surrogate pair stands alone")
            }
            units += Array(String(scalar).utf8)
        }
        return String(decoding: units, as: UTF8.self)
    }

    /// Whether the string means exactly `name`.
    func matches(_ text: Text, _ name: String) -> Bool {
        guard text.isEscaped else {
            return text.range.count == name.utf8.count && bytes[text.range].elementsEqual(name.utf8)
        }
        guard let decoded = try? decoded(text) else { return false }
        return decoded.utf8.elementsEqual(name.utf8)
    }

    private func unit(at index: Int) -> UInt16 {
        bytes[index..<(index + 4)].reduce(0) { $0 << 4 | UInt16(Self.hex($1) ?? 0) }
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func simpleEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }
}
