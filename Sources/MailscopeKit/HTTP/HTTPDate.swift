package import FoundationEssentials

/// A date as HTTP writes it: the preferred form and the two obsolete ones, all in GMT.
///
/// Source: RFC 9110 §5.6.7.
package enum HTTPDate {
    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///
    /// The weekday must be one, but need not fit the date. `now` decides the century of a year of two digits: never
    /// more than 50 years ahead.
    ///
    /// - Returns: nil for every other text, and for days that no calendar has.
    package static func parse(_ text: String, now: Date) -> Date? {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard let weekday = words.first else { return nil }
        if words.count == 6, weekday.last == ",", weekdays.contains(weekday.dropLast().lowercased()),
            words[5] == "GMT", let year = number(words[3], digits: 4...4)
        {
            return date(day: words[1], digits: 2...2, month: words[2], year: year, time: words[4])
        }
        if words.count == 4, weekday.last == ",", longWeekdays.contains(weekday.dropLast().lowercased()),
            words[3] == "GMT"
        {
            let parts = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, let short = number(parts[2], digits: 2...2) else { return nil }
            let thisYear = CivilDay(daysSince1970: Int((now.timeIntervalSince1970 / 86_400).rounded(.down)))
                .year
            var year = thisYear / 100 * 100 + short
            if year > thisYear + 50 { year -= 100 }
            return date(day: parts[0], digits: 2...2, month: parts[1], year: year, time: words[2])
        }
        if words.count == 5, weekdays.contains(weekday.lowercased()),
            let year = number(words[4], digits: 4...4)
        {
            return date(day: words[2], digits: 1...2, month: words[1], year: year, time: words[3])
        }
        return nil
    }

    private static let weekdays: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let longWeekdays: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func date(
        day: Substring, digits: ClosedRange<Int>, month: Substring, year: Int, time: Substring
    ) -> Date? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard let day = number(day, digits: digits), let month = months.firstIndex(of: month.lowercased()),
            parts.count == 3, let hour = number(parts[0], digits: 2...2), hour < 24,
            let minute = number(parts[1], digits: 2...2), minute < 60,
            let second = number(parts[2], digits: 2...2), second <= 60,
            let civil = CivilDay(year: year, month: month + 1, day: day)
        else { return nil }
        let seconds = civil.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds))
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
