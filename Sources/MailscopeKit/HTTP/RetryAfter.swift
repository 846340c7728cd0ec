package import FoundationEssentials

/// How long a server asks to be left alone.
///
/// Source: RFC 9110 §10.2.3.
package enum RetryAfter {
    /// No answer of ``parse(_:now:)`` is longer: a day. What a caller is willing to wait is the caller's matter.
    package static let limit = Duration.seconds(86_400)

    /// Reads the header's value: whole seconds, or a date in any of HTTP's three forms.
    ///
    /// - Returns: at least zero (a date that has passed is zero) and at most ``limit``; nil for any other text.
    package static func parse(_ text: String, now: Date) -> Duration? {
        let text = text.drop { $0 == " " || $0 == "\t" }
        guard let first = text.utf8.first else { return nil }
        if (48...57).contains(first) {
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            guard text[digits.endIndex...].allSatisfy({ $0 == " " || $0 == "\t" }) else { return nil }
            // More digits than fit are a very long time, not nonsense.
            return Swift.min(Int(digits).map { Duration.seconds($0) } ?? limit, limit)
        }
        guard let date = HTTPDate.parse(String(text), now: now) else { return nil }
        let seconds = date.timeIntervalSince(now)
        // The header counts whole seconds; going early by a fraction would be another 429.
        return Swift.min(.seconds(Int(Swift.max(0, seconds).rounded(.up))), limit)
    }
}
