/// What was proven.
package enum Verdict: String, Codable, Sendable, CaseIterable {
    /// Every closed mailbox was denied by each of its names and doors, in every round, between controls that held.
    case confined
    /// A mailbox that must be closed was readable.
    case breach
    /// Neither was proven. Never to be read as confined.
    case inconclusive
}
