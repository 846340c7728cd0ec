package import FoundationEssentials

/// What the gate sees, for `status`.
package struct GateSnapshot: Sendable, Equatable {
    /// Requests that stand against the budget, a small reserve included.
    package let used: Int
    package let budget: Int
    package let inFlight: Int
    /// Callers that wait for a lane.
    package let waiting: Int
    /// Nobody starts before; nil: no fence stands.
    package let fenceUntil: Date?
}
