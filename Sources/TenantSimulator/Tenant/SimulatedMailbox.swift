/// A recipient with a mailbox, as the directory and Exchange know it. Its mail is elsewhere.
package struct SimulatedMailbox: Sendable, Equatable {
    /// What Exchange calls the recipient's type.
    package enum Kind: String, Sendable, CaseIterable {
        case user, shared, room, equipment
    }

    /// Whether mail can be read there now. Source: the sheet on Graph, "Not found, mailbox state, ids".
    package enum State: String, Sendable, CaseIterable {
        case active
        case noLicence = "no-licence"
        case softDeleted = "soft-deleted"
        case onPremises = "on-premises"
        case moving
    }

    /// The directory object's id, a GUID in lower case.
    package let objectID: String
    /// The name for signing in, as written by the administrator.
    package var userPrincipalName: String
    /// Every SMTP address, the primary one first.
    package var addresses: [String]
    /// The name that people see.
    package var displayName: String
    /// The recipient's type.
    package var kind: Kind
    /// Whether mail can be read there now.
    package var state: State
    /// Further attributes that filters of management scopes ask for: `Department`, `CustomAttribute1`, …
    package var attributes: [String: String]

    /// A mailbox of the object `objectID`, a GUID. Where `addresses` (the primary first) is empty, the user principal
    /// name is the only one; where `displayName` is nil, the name part of the user principal name stands for it.
    package init(
        objectID: String,
        userPrincipalName: String,
        addresses: [String] = [],
        displayName: String? = nil,
        kind: Kind = .user,
        state: State = .active,
        attributes: [String: String] = [:]
    ) {
        self.objectID = objectID.lowercased()
        self.userPrincipalName = userPrincipalName
        self.addresses = addresses.isEmpty ? [userPrincipalName] : addresses
        self.displayName = displayName ?? String(userPrincipalName.prefix { $0 != "@" })
        self.kind = kind
        self.state = state
        self.attributes = attributes
    }

    /// The name part of the user principal name.
    package var alias: String { String(userPrincipalName.prefix { $0 != "@" }) }

    /// Whether `name` (an object id, a user principal name or an address, in any case) means this mailbox.
    package func isNamed(_ name: String) -> Bool {
        let name = name.lowercased()
        return objectID == name || userPrincipalName.lowercased() == name
            || addresses.contains { $0.lowercased() == name }
    }
}
