internal import FoundationEssentials
internal import Synchronization

/// How much of a stretch of time is walked, counted from the first message met in it.
final class TimeSpan: Sendable {
    private let end: Date
    private let start: Mutex<Date?>

    /// `start` is Graph's text; nil, or long before any mail, where it is not known.
    init(from start: String?, to end: Date) {
        self.end = end
        self.start = Mutex(start == Collector.dawn ? nil : start.flatMap { GraphTime.date($0) })
    }

    /// - Returns: 0...1; nil where `second` is no moment.
    func fraction(at second: String?) -> Double? {
        guard let second, let date = GraphTime.date(second) else { return nil }
        let start = start.withLock { start in
            let known = start ?? date
            start = known
            return known
        }
        guard end > start else { return 1 }
        return Swift.min(Swift.max(date.timeIntervalSince(start) / end.timeIntervalSince(start), 0), 1)
    }
}
