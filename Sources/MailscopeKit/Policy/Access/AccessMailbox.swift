/// A mailbox that somebody names, or all those that nobody does.
package struct AccessMailbox: Sendable, Equatable {
    package enum Role: Sendable, Equatable {
        /// The app must read it.
        case open
        /// The app must not, and the specification says so.
        case closed
        /// The evidence names it; the app must not.
        case named
        /// Every mailbox that is named nowhere: what opens it opens mailboxes that nobody thought of.
        case everyOther
    }

    package let role: Role
    package internal(set) var objectID: String?
    /// Those that are known.
    package internal(set) var addresses: [String]
    /// True where ``addresses`` are all it has.
    var knowsAllAddresses = false
    var userPrincipalName: String?
    var alias: String?

    /// For people.
    package var label: String {
        role == .everyOther ? "every other mailbox" : addresses.first ?? objectID ?? "a mailbox"
    }
}
