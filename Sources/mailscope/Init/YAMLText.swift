/// Texts as a YAML file spells them.
enum YAMLText {
    /// `text` as a scalar that reads back as the same text, whatever is in it: plain where nothing in it means anything
    /// to YAML, else quoted.
    static func scalar(_ text: String) -> String {
        if isPlain(text) { return text }
        let needsEscapes = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                true
            default: false
            }
        }
        return needsEscapes ? doubleQuoted(text) : singleQuoted(text)
    }

    /// In single quotes only a quote is special, an accent on it or not.
    static func singleQuoted(_ text: String) -> String {
        "'" + text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
    }

    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case " "..."~": quoted.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
            }
        }
        return quoted + "\""
    }

    /// Letters, digits and a few signs that mean nothing inside a word. Words that look like a number or a truth are
    /// texts to our reader, and quoted all the same: others read these files too.
    private static func isPlain(_ text: String) -> Bool {
        let words: Set = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        guard let first = text.utf8.first,
            text.utf8.allSatisfy({ isLetterOrDigit($0) || "/._@+-".utf8.contains($0) }),
            !words.contains(text.lowercased())
        else { return false }
        let isNumber = text.utf8.allSatisfy {
            !isLetter($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@")
        }
        return (isLetterOrDigit(first) || first == UInt8(ascii: "/")) && !isNumber
            && Double(text) == nil && !text.hasPrefix("0x") && !text.hasPrefix("0o")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
