/// What a scalar may be: how its text becomes a value, and how a refusal describes it.
package struct YAMLKind<Value>: Sendable {
    /// With its article: "a whole number from 1 to 4".
    package let description: String
    /// As the file would spell one.
    package let example: String
    let read: @Sendable (String) -> Value?

    /// - Parameters:
    ///   - description: with its article.
    ///   - example: shown in "write it as `key: example`".
    ///   - read: nil where the text is no such value.
    package init(
        _ description: String, example: String, read: @escaping @Sendable (String) -> Value?
    ) {
        self.description = description
        self.example = example
        self.read = read
    }
}

extension YAMLKind<String> {
    /// Text that is not empty.
    package static func text(_ description: String = "text", example: String = "text") -> Self {
        YAMLKind(description, example: example) { $0.isEmpty ? nil : $0 }
    }

    /// A GUID in its usual form, given in lower case.
    package static var guid: Self {
        YAMLKind("a GUID", example: "00000000-0000-0000-0000-000000000000") { text in
            let groups = text.split(separator: "-", omittingEmptySubsequences: false)
            let isGUID =
                groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
                && groups.allSatisfy { $0.utf8.allSatisfy(\.isHexDigit) }
            return isGUID ? text.lowercased() : nil
        }
    }
}

extension YAMLKind<Bool> {
    /// `true` or `false`, and no other word of YAML's many.
    package static var bool: Self {
        YAMLKind("true or false", example: "true") { ["true": true, "false": false][$0] }
    }
}

extension YAMLKind<Int> {
    /// A whole number within bounds, in decimal.
    package static func int(_ bounds: ClosedRange<Int>, example: Int? = nil) -> Self {
        YAMLKind(
            "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
            example: String(example ?? bounds.lowerBound)
        ) { text in
            guard let number = Int(text), String(number) == text, bounds.contains(number) else { return nil }
            return number
        }
    }

    /// A size in bytes within bounds: `512B`, `64KiB`, `8MiB`, `2GiB`, or with decimal units `kB`, `MB`, `GB`.
    package static func bytes(_ bounds: ClosedRange<Int>, example: String = "8MiB") -> Self {
        let units = [
            "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 1_000, "MB": 1_000_000,
            "GB": 1_000_000_000,
        ]
        return YAMLKind(
            "a size with its unit from \(spelled(bounds.lowerBound)) to \(spelled(bounds.upperBound))",
            example: example
        ) { text in
            guard let size = product(of: text, units: units), bounds.contains(size) else { return nil }
            return size
        }
    }

    private static func spelled(_ size: Int) -> String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)]
        where size != 0 && size % (1 << shift) == 0 {
            return "\(size >> shift)\(unit)"
        }
        return "\(size)B"
    }
}

extension YAMLKind<Duration> {
    /// A time with its unit within bounds: `500ms`, `30s`, `5m`, `24h`, `7d`.
    package static func duration(_ bounds: ClosedRange<Duration>, example: String = "30s") -> Self {
        let units = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        return YAMLKind(
            "a time with its unit from \(bounds.lowerBound.spelled) to \(bounds.upperBound.spelled)",
            example: example
        ) { text in
            guard let milliseconds = product(of: text, units: units) else { return nil }
            let duration = Duration.milliseconds(milliseconds)
            return bounds.contains(duration) ? duration : nil
        }
    }
}

extension YAMLKind {
    /// One of these words.
    package static func choice(_ words: KeyValuePairs<String, Value>) -> Self where Value: Sendable {
        let pairs = words.map { ($0.key, $0.value) }
        let names = pairs.map(\.0)
        let description =
            names.count < 2
            ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
        return YAMLKind(description, example: names.first ?? "") { text in
            pairs.first { $0.0 == text }?.1
        }
    }
}

/// A whole number and its unit, `8MiB`, multiplied; nil where either is none or the product is too large.
private func product(of text: String, units: [String: Int]) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))]
    else { return nil }
    let (product, overflows) = number.multipliedReportingOverflow(by: unit)
    return overflows ? nil : product
}

extension Duration {
    /// As a file spells it, in the largest unit that divides it.
    package var spelled: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        where milliseconds != 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
