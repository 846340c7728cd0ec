/// How often one request was tried, why, and how long to wait before the next try.
struct Patience {
    /// What went wrong.
    enum Trouble: Hashable {
        /// 429, 502 or 503.
        case busy
        /// 500 or 504, or a status that is none of Graph's.
        case fault
        case transport
        /// 200, and no answer of Graph's.
        case malformed
        case unauthorized
        case forbidden
    }

    private let settings: GraphSettings
    private let random: @Sendable () -> Double
    private var counts: [Trouble: Int] = [:]
    /// Requests sent so far.
    private(set) var tries = 0
    /// After a 503, and where a connection failed, as Microsoft's best practices ask.
    var wantsNewConnection = false

    init(settings: GraphSettings, random: @escaping @Sendable () -> Double) {
        self.settings = settings
        self.random = random
    }

    /// - Returns: how long to wait before the next try; nil when there is none.
    mutating func next(after trouble: Trouble, retryAfter: Duration? = nil) -> Duration? {
        tries += 1
        wantsNewConnection = trouble == .transport
        counts[trouble, default: 0] += 1
        let count = counts[trouble] ?? 1
        guard tries < settings.tries, count < limit(of: trouble) else { return nil }
        switch trouble {
        case .forbidden: return .zero
        // At once with a new token; then a little later, for a valid token is refused for seconds at times.
        case .unauthorized where count == 1: return .zero
        default: break
        }
        guard let retryAfter, retryAfter > .zero else { return jitter(count) }
        let asked = Swift.min(retryAfter, settings.longestWait)
        return count > 1 ? asked + jitter(count - 1) : asked
    }

    func count(of trouble: Trouble) -> Int { counts[trouble] ?? 0 }

    private func limit(of trouble: Trouble) -> Int {
        switch trouble {
        case .busy, .transport: settings.tries
        case .fault: settings.faultTries
        case .malformed, .unauthorized: 3
        case .forbidden: 2
        }
    }

    /// Full jitter: anything up to a bound that doubles.
    private func jitter(_ count: Int) -> Duration {
        let bound = settings.firstWait * (1 << Swift.min(count - 1, 16))
        return Swift.min(bound, settings.longestBackoff) * random()
    }
}

extension Patience.Trouble {
    /// Nil where another try could bring nothing else.
    init?(_ refusal: GraphRefusal) {
        switch refusal.status {
        case _ where refusal.has(code: "ErrorNonExistentMailbox"): return nil
        case 401: self = .unauthorized
        // The mailbox is full; a new token does not empty it.
        case 403 where refusal.has(code: "ErrorQuotaExceeded"): return nil
        case 403: self = .forbidden
        case 429, 502, 503: self = .busy
        case 500...599: self = .fault
        default: return nil
        }
    }
}
