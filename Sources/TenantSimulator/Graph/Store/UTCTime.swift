internal import FoundationEssentials

/// The months as RFC 5322 writes them.
let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/// A whole second of UTC, as the service writes it: `2025-01-10T13:31:37Z`.
package struct UTCTime: Sendable, Hashable, Comparable {
    /// Seconds since 1970.
    package let seconds: Int

    package init(seconds: Int) { self.seconds = seconds }

    package static func < (left: UTCTime, right: UTCTime) -> Bool { left.seconds < right.seconds }

    package func advanced(by seconds: Int) -> UTCTime { UTCTime(seconds: self.seconds + seconds) }

    /// - Returns: nil for fields that name no day or time; the 60th second counts as the next minute's first.
    init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
        self.init(seconds: days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    /// `2025-01-10T13:31:37Z`.
    package var text: String { inText.iso }
    /// `2025-01-10T13:31:37`, as in `innerError`.
    var dateAndTime: String { inText.zoneless }
    /// `Fri, 10 Jan 2025 13:31:37 +0000`, as in a message's `Date`.
    var mailDate: String { inText.http.replacing("GMT", with: "+0000") }

    private var inText: UTCText { UTCText(Date(timeIntervalSince1970: TimeInterval(seconds))) }
}

extension UTCTime {
    /// A date literal of OData: a date, or date and time with `Z` or an offset, with or without a fraction.
    ///
    /// - Returns: nil for any other text, and the fraction in nanoseconds beside the second.
    static func parse(literal text: Substring) -> (time: UTCTime, nanoseconds: Int)? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte) - 48
            }
            return value
        }
        func has(_ character: Character, at position: Int) -> Bool {
            position < bytes.count && bytes[position] == character.asciiValue
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
            let day = number(8..<10)
        else { return nil }
        if bytes.count == 10 {
            return UTCTime(year: year, month: month, day: day).map { ($0, 0) }
        }
        guard has("T", at: 10) || has("t", at: 10), let hour = number(11..<13), has(":", at: 13),
            let minute = number(14..<16)
        else { return nil }
        var (position, second, nanoseconds) = (16, 0, 0)
        if has(":", at: 16) {
            guard let value = number(17..<19) else { return nil }
            (second, position) = (value, 19)
            if has(".", at: 19) {
                position = 20
                var unit = 100_000_000
                while let digit = number(position..<(position + 1)) {
                    nanoseconds += digit * unit
                    unit /= 10
                    position += 1
                }
                guard position > 20 else { return nil }
            }
        }
        guard
            let time = UTCTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        if (has("Z", at: position) || has("z", at: position)) && bytes.count == position + 1 {
            return (time, nanoseconds)
        }
        guard has("+", at: position) || has("-", at: position), bytes.count == position + 6,
            let hours = number((position + 1)..<(position + 3)), has(":", at: position + 3),
            let minutes = number((position + 4)..<(position + 6))
        else { return nil }
        let offset = (hours * 60 + minutes) * 60
        return (time.advanced(by: has("+", at: position) ? -offset : offset), nanoseconds)
    }
}
