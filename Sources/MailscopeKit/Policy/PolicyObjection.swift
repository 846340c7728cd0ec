/// Why a specification cannot be used: where, what, and what mends it.
package struct PolicyObjection: Sendable, Equatable {
    /// The part of a specification that is meant.
    package enum Field: Sendable, Hashable {
        case tenantID
        case domain
        case applicationName
        case clientID
        case servicePrincipalID
        case certificate
        case mailboxes
        case mailboxAddress(Int)
        case mailboxObjectID(Int)
        case permissions
        case method
        case group
        case groupName
        case groupAddress
        case groupOwner
        case scope
        case closed(Int)
    }

    package let field: Field
    package let reason: String
    package let mend: String

    package init(_ field: Field, _ reason: String, mend: String) {
        self.field = field
        self.reason = reason
        self.mend = mend
    }
}
