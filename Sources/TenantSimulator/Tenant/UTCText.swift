internal import FoundationEssentials

/// A moment in the texts that the services print, always in UTC.
struct UTCText {
    private let fields: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int)
    private let ticks: Int
    private let weekday: Int

    init(_ date: Date) {
        // Ticks of 100 ns, which is what .NET prints.
        let all = (date.timeIntervalSince1970 * 1e7).rounded(.down)
        let tickCount = Int(all)
        let seconds = tickCount.floored(by: 10_000_000)
        ticks = tickCount - seconds * 10_000_000
        let days = seconds.floored(by: 86_400)
        let time = seconds - days * 86_400
        // Civil date of a day count, after H. Hinnant's "chrono-compatible low-level date algorithms".
        let z = days + 719_468
        let era = z.floored(by: 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        fields = (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1,
            time / 3600, time / 60 % 60, time % 60
        )
        weekday = ((days + 4) % 7 + 7) % 7
    }

    /// `2025-08-29 05:47:32Z`, as in error answers of the token endpoint.
    var spaced: String { "\(date) \(time)Z" }
    /// `2025-08-29T05:47:32.1501147Z`, with the 7 decimals of .NET.
    var precise: String { "\(date)T\(time).\(padded(ticks, 7))Z" }
    /// `2025-02-13T10:17:05`, as in Graph's `innerError`.
    var zoneless: String { "\(date)T\(time)" }
    /// `2025-02-13T10:17:05Z`.
    var iso: String { "\(date)T\(time)Z" }
    /// `06/08/2026 13:30:00`, as in messages about certificates.
    var american: String { "\(padded(fields.month))/\(padded(fields.day))/\(padded(fields.year, 4)) \(time)" }
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
    var http: String {
        let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        return
            "\(names[weekday]), \(padded(fields.day)) \(months[fields.month - 1]) \(fields.year) \(time) GMT"
    }

    private var date: String { "\(padded(fields.year, 4))-\(padded(fields.month))-\(padded(fields.day))" }
    private var time: String { "\(padded(fields.hour)):\(padded(fields.minute)):\(padded(fields.second))" }

    private func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension Int {
    fileprivate func floored(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
    }
}
