/// Text from outside, made fit for a terminal, a log and an error.
package enum ServerText {
    /// The text on one line: control and invisible characters become spaces, runs of spaces one, and whatever looks like a signed
    /// token reads `<redacted>`. At most `limit` characters, then `…`.
    package static func line(_ text: some StringProtocol, limit: Int = 300) -> String {
        var words: [String] = []
        var length = 0
        // A body may be large; nothing after the first few thousand characters is ever shown.
        let scalars = text.unicodeScalars.prefix(limit * 8)
        for word in scalars.split(whereSeparator: isSeparator) {
            let word = redacted(String(String.UnicodeScalarView(word)))
            words.append(word)
            length += word.count + 1
            if length > limit + 1 { break }
        }
        let line = words.joined(separator: " ")
        return line.count > limit ? line.prefix(limit) + "…" : line
    }

    /// The first line of a body that holds more than white space.
    package static func firstLine(of body: [UInt8], limit: Int = 120) -> String {
        let text = String(decoding: body.prefix(8 * limit), as: UTF8.self)
        let first = text.split(whereSeparator: \.isNewline).lazy.map { line($0, limit: limit) }
            .first { !$0.isEmpty }
        return first ?? ""
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .surrogate,
            .unassigned:
            true
        default: false
        }
    }

    /// JSON in base64 begins with `eyJ`, so tokens and assertions do.
    private static func redacted(_ word: String) -> String {
        guard let start = word.firstRange(of: "eyJ")?.lowerBound else { return word }
        return word[..<start] + "<redacted>"
    }
}
