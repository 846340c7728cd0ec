/// Text for manual pages in mdoc, safe from what roff reads as its own.
///
/// Everything is ASCII: what is not becomes `\[uXXXX]`. A hyphen becomes `\-`, so that what is copied from a page is
/// what must be typed; names of pages keep theirs, for the readers of NAME and SEE ALSO. Source: mandoc_char(7), groff_char(7).
enum Roff {
    /// Text of a line without macros, anywhere but at its start.
    static func escaped(_ text: some StringProtocol, hyphen: String = "\\-") -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": hyphen
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "~": "\\(ti"
            case "^": "\\(ha"
            case "…": "..."
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u" + hexadecimal(scalar.value) + "]"
            }
        }.joined()
    }

    /// One argument of a macro, whatever is in it.
    static func argument(_ text: some StringProtocol) -> String {
        let escaped = escaped(text).split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\(dq")
        let isWord = !escaped.isEmpty && !escaped.contains(" ")
        // Two or three letters may be the name of a macro, and a lone stop is set apart.
        let isPlain = text.count > 3 || text.allSatisfy { $0.isNumber }
        return (isWord ? "" : "\"") + (isPlain ? "" : "\\&") + escaped + (isWord ? "" : "\"")
    }

    /// Lines of text, each sentence on lines of its own and none longer than 78 columns.
    static func lines(_ paragraph: some StringProtocol) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            let escaped = escaped(word)
            if !line.isEmpty, line.count + 1 + escaped.count > 78 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? escaped : " " + escaped
            if let end = word.last(where: { !"\")'".contains($0) }), ".!?".contains(end) {
                lines.append(line)
                line = ""
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { $0.hasPrefix(".") ? "\\&" + $0 : $0 }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
}
