internal import FoundationEssentials

/// How much of a walk is done, foreseen from what is listed so far.
///
/// How many messages are still to come nobody knows before the end. Those listed lie between the first message and the
/// last one listed; if the rest of the time until now holds as many a day, this much is done. It never goes back when
/// a busier time turns out to follow, and with the last page it is exact.
struct WalkedShare: Sendable {
    private let end: Date
    private var first: Date?
    private var last: Date?
    private var listed = 0
    private var isWhole = false
    private var told = 0.0

    /// - Parameter end: no message is newer.
    init(until end: Date) { self.end = end }

    mutating func add(_ page: ListedPage, isLast: Bool) {
        listed += page.messages.count
        isWhole = isLast
        let seconds = page.messages.compactMap { GraphTime.second($0.receivedDateTime) }
        guard let oldest = seconds.min(), let newest = seconds.max() else { return }
        if first == nil { first = GraphTime.date(oldest) }
        if let newest = GraphTime.date(newest) { last = Swift.max(last ?? newest, newest) }
    }

    /// - Parameters:
    ///   - open: of the messages listed, those that are not done.
    ///   - isSettled: false while something is on its way yet, however little.
    /// - Returns: 0...1, never less than before; nil while nothing is listed.
    mutating func fraction(open: Int, isSettled: Bool) -> Double? {
        guard listed > 0, let first, let last else { return isWhole && isSettled ? 1 : nil }
        let isTimeless = isWhole || end <= first
        let seen = isTimeless ? 1 : last.timeIntervalSince(first) / end.timeIntervalSince(first)
        let done = Double(listed - Swift.min(open, listed)) / Double(listed)
        let isOver = isWhole && isSettled
        told = Swift.max(told, Swift.min(Swift.max(seen * done, 0), isOver ? 1 : 0.99))
        return told
    }
}
