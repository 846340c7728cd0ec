package import FoundationEssentials

/// Graph's text for a moment: `2026-11-22T09:30:00Z`. Such texts compare as the moments do.
package enum GraphTime {
    /// The whole second of a moment that the service wrote; nil where it wrote something else.
    package static func second(_ text: String?) -> String? {
        guard let text else { return nil }
        let form = Array("0000-00-00T00:00:00".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count > form.count, bytes.last == UInt8(ascii: "Z") else { return nil }
        let matches = zip(bytes, form).allSatisfy { byte, sign in
            sign == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == sign
        }
        let fraction = bytes[form.count..<(bytes.count - 1)]
        let isFraction =
            fraction.isEmpty
            || (fraction.first == UInt8(ascii: ".")
                && fraction.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        guard matches, isFraction else { return nil }
        return String(decoding: bytes.prefix(form.count), as: UTF8.self) + "Z"
    }

    package static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    /// Nil where the text is no moment, the 30th of February for one.
    package static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }

    /// Another moment, within the years that Graph's text can hold; the same text where it is none.
    static func shifted(_ text: String, by duration: Duration) -> String {
        guard let date = date(text) else { return text }
        let shifted = Self.text(date + duration.seconds)
        guard second(shifted) == shifted else { return text }
        return Swift.max(shifted, "1900-01-01T00:00:00Z")
    }
}

extension Duration {
    /// For `Date`'s arithmetic.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
