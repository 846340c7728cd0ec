package import FoundationEssentials

/// What Outlook allows one app in one mailbox. Source: throttling limits, Outlook service limits.
package struct GateLimits: Sendable, Equatable {
    /// Requests in flight at once, 1...4.
    package var lanes = 4
    /// Requests in ``window``, 1...10,000.
    package var budget = 9_990
    package var window: Duration = .seconds(600)

    package init() {}
}

/// What the gate sees, for `status`.
package struct GateSnapshot: Sendable, Equatable {
    /// Requests that the service may still count.
    package let used: Int
    package let budget: Int
    package let inFlight: Int
    /// Callers that wait for a lane.
    package let waiting: Int
    /// Nobody starts before; nil: no fence stands.
    package let fenceUntil: Date?
}

/// Why the gate let nobody through.
package enum GateError: Error, Equatable {
    case ledger(LedgerError)
    case cancelled
}

/// Lets requests to one mailbox through: so many at once, so many in ten minutes, nobody while a fence stands.
package final class RequestGate: Sendable {
    private let limits: GateLimits

    /// - Parameter ledger: where requests are booked, so that a restart does not forget them; nil keeps no memory.
    package init(
        limits: GateLimits = GateLimits(), ledger: (any Ledger)?, clock: any HostClock, log: Log = .silent
    ) {
        self.limits = limits
    }

    package func snapshot() -> GateSnapshot {
        GateSnapshot(used: 0, budget: limits.budget, inFlight: 0, waiting: 0, fenceUntil: nil)
    }
}
