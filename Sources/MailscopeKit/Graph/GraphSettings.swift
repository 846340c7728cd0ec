/// How patient the Graph client is.
package struct GraphSettings: Sendable, Equatable {
    /// Most requests for one answer where the service throttles, is away or cannot be reached.
    package var tries = 8
    /// Most requests for one answer where it fails (500, 504): often the request's own fault, and slow to say so.
    package var faultTries = 3
    /// The first wait without a `Retry-After` is up to this long, each later one up to twice as long.
    package var firstWait: Duration = .seconds(2)
    /// No wait of our own choice is longer.
    package var longestBackoff: Duration = .seconds(120)
    /// No single wait is longer, whatever `Retry-After` says.
    package var longestWait: Duration = .seconds(900)
    /// Asked for on every request of a delta walk; the service may give fewer.
    package var deltaPageSize = 100
    /// Deadlines for what is taken whole.
    package var deadlines = HTTPDeadlines()
    /// Deadlines for a streamed message; its size is not known, so there is no bound on the whole.
    package var streamDeadlines = HTTPDeadlines(whole: nil)

    package init() {}
}
