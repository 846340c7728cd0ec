/// Counts requests as the service may count them: each from its start until a whole window after its end.
///
/// The service counts a request at some moment between the two, so it never sees more than we do. Requests are taken from
/// a credit that was booked in the ledger before; unused credit lapses soon, so that a booking's time stays near the
/// truth. Pure: time is a parameter.
struct RequestWindow {
    /// What a request must do next.
    enum Step: Equatable {
        /// It is counted; send it.
        case go
        /// Book so many, durably, and say ``booked(_:at:)``; then ask again.
        case book(Int)
        /// Ask again after that long.
        case wait(Duration)
    }

    /// A booking is used up within this time of being made, or lapses.
    static let creditLifetime: Duration = .seconds(30)
    /// How much later than its taking a request may arrive at the service: connecting takes no longer.
    static let travelLimit: Duration = .seconds(20)

    let budget: Int
    let window: Duration
    private let bookingLimit: Int
    private var booking = 1
    /// Booked and not used, each until its end, oldest first.
    private var credits: [(count: Int, end: Duration)] = []
    /// Being booked right now.
    private var pending = 0
    private(set) var inFlight = 0
    /// Ended requests by the second of their end, rounded up, oldest first.
    private var ended: [(second: Int64, count: Int)] = []
    private var endedCount = 0

    init(budget: Int, window: Duration) {
        self.budget = budget
        self.window = window
        // At full speed a few hundred bookings fill a window; at least 99.5 % of the budget can be used.
        bookingLimit = Swift.max(1, Swift.min(32, budget / 200))
    }

    private var credit: Int { credits.reduce(0) { $0 + $1.count } }

    /// Everything that stands against the budget.
    var used: Int { endedCount + inFlight + credit + pending }

    mutating func take(at now: Duration) -> Step {
        forget(at: now)
        if !credits.isEmpty {
            credits.removeAll { $0.end <= now }
            if credits.isEmpty { booking = 1 }
        }
        if !credits.isEmpty {
            credits[0].count -= 1
            if credits[0].count == 0 { credits.removeFirst() }
            inFlight += 1
            return .go
        }
        let free = budget - used
        if free >= booking {
            pending += booking
            return .book(booking)
        }
        var missing = booking - free
        for entry in ended {
            missing -= entry.count
            if missing <= 0 { return .wait(.seconds(entry.second) + window - now) }
        }
        return .wait(.seconds(1))
    }

    /// What to book before credit runs out, so that no request waits for it; nil but at full speed.
    mutating func takeAhead(at now: Duration) -> Int? {
        guard booking == bookingLimit, pending == 0, let last = credits.last, last.end > now,
            credit <= bookingLimit / 2, budget - used >= booking
        else { return nil }
        pending += booking
        return booking
    }

    /// A booking of ``Step/book(_:)`` or ``takeAhead(at:)`` that was begun at `time` is durable.
    mutating func booked(_ count: Int, at time: Duration) {
        pending -= count
        credits.append((count, time + Self.creditLifetime))
        booking = Swift.min(booking * 2, bookingLimit)
    }

    /// A booking came to nothing.
    mutating func failed(_ count: Int) { pending -= count }

    mutating func end(at now: Duration) {
        inFlight -= 1
        add(1, endedAt: now)
    }

    /// A booking from before a restart, made `age` ago (negative where the wall clock stepped back: then it counts from now).
    mutating func remember(_ count: Int, age: Duration, at now: Duration) {
        let latest = age - Self.creditLifetime - Self.travelLimit
        add(count, endedAt: now - Swift.max(.zero, latest))
    }

    private mutating func add(_ count: Int, endedAt time: Duration) {
        let (seconds, fraction) = time.components
        let second = fraction > 0 ? seconds + 1 : seconds
        endedCount += count
        if let last = ended.last, last.second >= second {
            let at = ended.firstIndex { $0.second >= second } ?? ended.endIndex - 1
            if ended[at].second == second {
                ended[at].count += count
            } else {
                ended.insert((second, count), at: at)
            }
        } else {
            ended.append((second, count))
        }
    }

    private mutating func forget(at now: Duration) {
        let kept = ended.firstIndex { .seconds($0.second) + window > now } ?? ended.endIndex
        endedCount -= ended[..<kept].reduce(0) { $0 + $1.count }
        ended.removeFirst(kept)
    }
}
