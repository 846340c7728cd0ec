import FoundationEssentials

/// A value as PowerShell reads it back, character for character, and never as code.
///
/// Source: PowerShell's tokenizer (`CharTraits.IsSingleQuote`, `ScanStringLiteral`) and
/// `CodeGeneration.EscapeSingleQuotedStringContent`.
package enum PowerShellLiteral {
    /// Everything that PowerShell takes for a single quote. Any of them ends a string that any other began.
    package static let singleQuotes: Set<Unicode.Scalar> = [
        "'", "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}",
    ]

    /// The value between single quotes, each quote in it doubled with itself. All other characters stand as they are,
    /// line breaks and NUL included.
    package static func quoted(_ value: String) -> String {
        var text = "'"
        for scalar in value.unicodeScalars {
            text.unicodeScalars.append(scalar)
            if singleQuotes.contains(scalar) { text.unicodeScalars.append(scalar) }
        }
        return text + "'"
    }

    /// The same value in printable ASCII only: quoted where it is that already, else decoded from base64 when it runs.
    package static func ascii(_ value: String) -> String {
        guard !value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else { return quoted(value) }
        let code = Data(value.utf8).base64EncodedString()
        return "[System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String(\(quoted(code))))"
    }

    /// ``ascii(_:)`` as an argument of a command, where an expression needs parentheses.
    package static func argument(_ value: String) -> String {
        let text = ascii(value)
        return text.hasPrefix("'") ? text : "(" + text + ")"
    }
}
