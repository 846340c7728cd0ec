/// An app that came with a good token, and what it may do in Exchange at this moment.
package struct GraphCaller: Sendable {
    /// The application (client) id.
    package let appID: String
    /// The service principal's object id, the token's `oid`.
    package let objectID: String
    /// The token's `roles`; empty where the token has none.
    package let roles: [String]
    /// Whether the app may use `permission` (as `Mail.ReadBasic`, `Mail.Read`, `Mail.ReadWrite`) on `mailbox`:
    /// Entra's grants, application access policies and role assignments together.
    package let access: @Sendable (_ mailbox: SimulatedMailbox, _ permission: String) -> AccessAnswer

    package init(
        appID: String,
        objectID: String,
        roles: [String],
        access: @escaping @Sendable (_ mailbox: SimulatedMailbox, _ permission: String) -> AccessAnswer
    ) {
        self.appID = appID
        self.objectID = objectID
        self.roles = roles
        self.access = access
    }
}

/// What Exchange says to an app that asks for a mailbox.
package enum AccessAnswer: Sendable, Equatable {
    case allowed
    /// Granted in Entra, but an application access policy denies: 403 `ErrorAccessDenied`, "Access to OData is disabled: [RAOP] : …".
    case deniedByPolicy
    /// Nothing allows it: 403 `ErrorAccessDenied`, "Access is denied. Check credentials and try again."
    case denied
}
