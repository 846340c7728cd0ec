/// Text for a page.
enum Markup {
    /// `text` as content or as a quoted attribute; what no page may hold is shown as U+FFFD, and marks that turn the
    /// direction of writing are taken out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result += " "
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "\u{FFFD}"
            case "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": continue
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// At most `limit` characters, the rest as an ellipsis; escaped.
    static func cut(_ text: String, _ limit: Int) -> String {
        escaped(text.count <= limit ? text : text.prefix(limit - 1) + "…")
    }
}
