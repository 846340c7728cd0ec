/// Reads PowerShell's values as its tokenizer does, knowing nothing of how they were written.
///
/// Any of five characters opens and closes a single-quoted string; two of them in a row are one character, and the
/// second is kept.
struct SingleQuotedReader {
    private let text: [Unicode.Scalar]
    private var position = 0
    private static let quotes: Set<UInt32> = [0x27, 0x2018, 0x2019, 0x201a, 0x201b]

    struct Refused: Error {
        let at: Int
    }

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    var isAtEnd: Bool { position == text.count }

    mutating func string() throws -> String {
        guard !isAtEnd, isQuote(position) else { throw Refused(at: position) }
        position += 1
        var value = String.UnicodeScalarView()
        while !isAtEnd {
            guard isQuote(position) else {
                value.append(text[position])
                position += 1
                continue
            }
            guard position + 1 < text.count, isQuote(position + 1) else {
                position += 1
                return String(value)
            }
            value.append(text[position + 1])
            position += 2
        }
        throw Refused(at: position)
    }

    /// A string, or one that is decoded from base64 when it runs.
    mutating func value() throws -> String {
        let start = "[System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String("
        guard skip(start) else { return try string() }
        let code = try string()
        guard skip("))"), let value = Base64Reader.text(code) else { throw Refused(at: position) }
        return value
    }

    /// Goes past `expected` where it stands here.
    mutating func skip(_ expected: String) -> Bool {
        let scalars = Array(expected.unicodeScalars)
        guard text.dropFirst(position).starts(with: scalars) else { return false }
        position += scalars.count
        return true
    }

    /// Letters and digits, as names of values and properties have them.
    mutating func word() throws -> String {
        let word = text.dropFirst(position).prefix { scalar in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        guard !word.isEmpty else { throw Refused(at: position) }
        position += word.count
        return word.reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    private func isQuote(_ index: Int) -> Bool { Self.quotes.contains(text[index].value) }
}

private enum Base64Reader {
    static func text(_ code: String) -> String? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bytes: [UInt8] = []
        var (held, bits) = (0, 0)
        for character in code where character != "=" {
            guard let digit = alphabet.firstIndex(of: character) else { return nil }
            held = held << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(held >> bits & 0xff))
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
