/// Text from outside, made fit for a log line or a terminal.
enum ServiceText {
    /// The first line that says something: at most `limit` characters, nothing that a terminal would obey.
    static func line(_ text: some StringProtocol, limit: Int = 300) -> String {
        var line = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" {
                if count > 0 { break } else { continue }
            }
            if count == 0, scalar == " " || scalar == "\t" { continue }
            if count == limit { return line + "…" }
            line.unicodeScalars.append(isHarmless(scalar) ? scalar : "\u{FFFD}")
            count += 1
        }
        return line
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            false
        default: true
        }
    }
}
