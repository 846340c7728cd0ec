/// What Outlook allows one app in one mailbox. Source: Microsoft Graph throttling limits, Outlook service limits.
package struct GateLimits: Sendable, Equatable {
    /// Requests in flight at once, 1...4.
    package var lanes: Int
    /// Requests in ``window``, 1...10,000.
    package var budget: Int
    package var window: Duration

    /// Values out of bounds are brought within them.
    package init(lanes: Int = 4, budget: Int = 9_990, window: Duration = .seconds(600)) {
        self.lanes = Swift.min(Swift.max(1, lanes), 4)
        self.budget = Swift.min(Swift.max(1, budget), 10_000)
        self.window = window
    }
}
