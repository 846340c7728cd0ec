/// The header of a message file, read leniently: what cannot be understood is left out, nothing fails.
struct MailHeaders: Sendable {
    /// In order, unfolded, encoded words decoded.
    let fields: [(name: String, value: String)]
    /// Where the body begins.
    let bodyStart: Int

    init(_ mime: [UInt8]) {
        var (fields, line, start) = ([(name: String, value: String)](), [UInt8](), 0)
        func take(_ line: [UInt8]) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
            let name = Self.text(Array(line[..<colon])).trimmingBlanks()
            let value = Self.text(Array(line[(colon + 1)...])).trimmingBlanks()
            if !name.isEmpty { fields.append((name, Self.decodingWords(value))) }
        }
        while start < mime.count {
            let end = mime[start...].firstIndex(of: 10) ?? mime.count
            var next = Array(mime[start..<end])
            start = Swift.min(end + 1, mime.count)
            if next.last == 13 { next.removeLast() }
            if next.isEmpty { break }
            if next[0] == 32 || next[0] == 9 {
                line += next
            } else {
                take(line)
                line = next
            }
        }
        take(line)
        self.fields = fields
        bodyStart = start
    }

    subscript(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name }?.value
    }

    /// The addresses in a field, as far as they can be told apart.
    func addresses(_ name: String) -> [MailAddress] {
        guard let value = self[name] else { return [] }
        var (parts, part, isQuoted) = ([String](), "", false)
        for character in value {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        return (parts + [part]).compactMap { text in
            let text = text.trimmingBlanks()
            guard !text.isEmpty else { return nil }
            guard let open = text.lastIndex(of: "<") else { return MailAddress(name: text, address: text) }
            let name = text[..<open].replacing("\"", with: "").trimmingBlanks()
            let address = String(text[text.index(after: open)...].prefix { $0 != ">" })
            return MailAddress(name: name.isEmpty ? address : name, address: address)
        }
    }

    /// The `Date` field; nil where it makes no sense.
    var date: UTCTime? {
        let words = (self["date"] ?? "").split { $0 == " " || $0 == "," || $0 == "\t" }
        guard
            let month = words.firstIndex(where: { word in
                monthNames.contains { $0.lowercased() == word.lowercased() }
            }),
            month > 0, month + 2 < words.count, let day = Int(words[month - 1]),
            let year = Int(words[month + 1]),
            let number = monthNames.firstIndex(where: { $0.lowercased() == words[month].lowercased() })
        else { return nil }
        let time = words[month + 2].split(separator: ":").map { Int($0) ?? -1 }
        guard time.count >= 2 else { return nil }
        let fullYear = year < 50 ? year + 2_000 : year < 100 ? year + 1_900 : year
        let second = time.count > 2 ? time[2] : 0
        let local = UTCTime(
            year: fullYear, month: number + 1, day: day, hour: time[0], minute: time[1], second: second)
        var offset = 0
        if month + 3 < words.count, let zone = Int(words[month + 3]), (-2_400...2_400).contains(zone) {
            offset = (zone / 100 * 60 + zone % 100) * 60
        }
        return local?.advanced(by: -offset)
    }

    /// UTF-8 where it is that, else ISO 8859-1.
    static func text(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    /// Encoded words of UTF-8, US-ASCII and ISO 8859-1; others stay as they are. Source: RFC 2047.
    private static func decodingWords(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        var (output, rest, followsWord) = ("", text[...], false)
        while let start = rest.firstRange(of: "=?") {
            let parts = rest[start.upperBound...].split(
                separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, parts[3].first == "=",
                let bytes = parts[1].lowercased() == "b" ? base64(parts[2]) : quoted(parts[2]),
                ["utf-8", "us-ascii", "iso-8859-1"].contains(parts[0].lowercased())
            else {
                output += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                followsWord = false
                continue
            }
            let between = rest[..<start.lowerBound]
            if !followsWord || !between.allSatisfy({ $0.isWhitespace }) { output += between }
            output += Self.text(bytes)
            rest = parts[3].dropFirst()
            followsWord = true
        }
        return output + rest
    }

    private static func base64(_ text: Substring) -> [UInt8]? {
        let length = (4 - text.utf8.count % 4) % 4
        let padded = text + String(repeating: "=", count: length)
        return ExchangeAlphabet.decode(padded.replacing("/", with: "-").replacing("+", with: "_"))
    }

    private static func quoted(_ text: Substring) -> [UInt8]? {
        var (output, bytes) = ([UInt8](), Array(text.utf8)[...])
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "=") {
                guard bytes.count >= 2,
                    let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                output.append(value)
                bytes = bytes.dropFirst(2)
            } else {
                output.append(byte == UInt8(ascii: "_") ? 32 : byte)
            }
        }
        return output
    }
}

extension StringProtocol {
    func trimmingBlanks() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
