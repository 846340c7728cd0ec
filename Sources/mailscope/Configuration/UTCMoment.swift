import FoundationEssentials
import MailscopeKit

/// Moments as owners write and read them: `2026-01-31`, `2026-01-31T09:30:00Z`. Always UTC.
enum UTCMoment {
    /// Reads a day (its first moment) or a moment in whole seconds; nil for anything else, and for days that no
    /// calendar has.
    static func parse(_ text: String) -> Date? {
        let form = Array("0000-00-00T00:00:00Z".utf8)
        let bytes = Array((text.utf8.count == 10 ? text + "T00:00:00Z" : text).utf8)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard bytes.count == form.count,
            zip(bytes, form).allSatisfy({ $1 == UInt8(ascii: "0") ? digits.contains($0) : $0 == $1 })
        else { return nil }
        let number = { (range: Range<Int>) in
            bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard let day = CivilDay(year: number(0..<4), month: number(5..<7), day: number(8..<10)), hour < 24,
            minute < 60, second < 60
        else { return nil }
        return Date(
            timeIntervalSince1970: Double(day.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    /// `2026-01-31T09:30:00Z`.
    static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
