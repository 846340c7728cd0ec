/// A permission in a token that the app was not meant to have, and what it opens.
package struct RoleFinding: Codable, Sendable, Equatable {
    /// How it bears on the verdict.
    package enum Bearing: String, Codable, Sendable, CaseIterable {
        /// Opens what this run has probed: the probes say whether it is confined.
        case probed
        /// Opens mailboxes by a way that this run did not probe: the verdict cannot be "confined".
        case unprobed
        /// Opens something else than the contents of mailboxes.
        case elsewhere
    }

    /// `Microsoft Graph` or `Office 365 Exchange Online`.
    package var resource: String
    package var role: String
    /// What it opens, without a full stop.
    package var opens: String
    package var bearing: Bearing
    /// What to do about it, without a full stop.
    package var mend: String
}
