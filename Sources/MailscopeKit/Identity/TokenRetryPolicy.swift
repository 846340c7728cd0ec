/// How often, and how long, a token is asked for before the reason is told.
package struct TokenRetryPolicy: Sendable, Equatable {
    /// Requests in a row while no valid token is held.
    package var attempts: Int
    /// The first pause is a random part of it; each further one of twice as much (full jitter).
    package var base: Duration
    /// No pause is longer, unless the service asks for it.
    package var cap: Duration
    /// All pauses of one call together. Where the service asks for more, the caller is told instead.
    package var patience: Duration
    /// A token is renewed this long before it expires, or at half its life where that is later.
    package var early: Duration
    /// The pause after a first failed early renewal; doubles up to ``early``.
    package var earlyPause: Duration
    /// A token younger than this is not worth dropping.
    package var freshness: Duration

    package init(
        attempts: Int = 5, base: Duration = .seconds(1), cap: Duration = .seconds(60),
        patience: Duration = .seconds(600), early: Duration = .seconds(300),
        earlyPause: Duration = .seconds(30), freshness: Duration = .seconds(300)
    ) {
        self.attempts = attempts
        self.base = base
        self.cap = cap
        self.patience = patience
        self.early = early
        self.earlyPause = earlyPause
        self.freshness = freshness
    }

    /// The pause after failure number `failures`, from 1; `jitter` is at least 0 and less than 1.
    func pause(after failures: Int, retryAfter: Duration?, jitter: Double) -> Duration {
        // What the service asks for is the least; many that were told the same must not come back together.
        if let retryAfter { return retryAfter + base * jitter }
        return Swift.min(cap, base * Double(1 << Swift.min(failures - 1, 30))) * jitter
    }

    func pauseAfterEarly(failures: Int) -> Duration {
        Swift.min(early, earlyPause * Double(1 << Swift.min(failures - 1, 30)))
    }
}
