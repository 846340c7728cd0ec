/// One application access policy: one app, one scope.
package struct ApplicationAccessPolicy: Sendable, Equatable {
    package enum AccessRight: String, Sendable, CaseIterable {
        /// Only the scope's mailboxes.
        case restrictAccess = "RestrictAccess"
        /// Everything but the scope's mailboxes.
        case denyAccess = "DenyAccess"
    }

    /// A client id in lower case, or `*` for every app.
    package let appID: String
    /// What the policy does.
    package let right: AccessRight
    /// The object id of a group or of a user's mailbox.
    package let scopeObjectID: String
    /// The scope's name when the policy was made.
    package let scopeName: String
    /// Counts towards the organization's policy space.
    package var description: String

    package init(
        appID: String, right: AccessRight, scopeObjectID: String, scopeName: String,
        description: String? = nil
    ) {
        self.appID = appID.lowercased()
        self.right = right
        self.scopeObjectID = scopeObjectID.lowercased()
        self.scopeName = scopeName
        self.description =
            description
            ?? "AppId: \(appID); ScopeIdentitySid: \(SecurityIdentifier.of(scopeObjectID)); "
            + "ScopeIdentityOid: \(scopeObjectID); AccessRight: \(right.rawValue); ShardType: All"
    }

    /// `SID;object id` of the scope.
    package var rawScope: String { "\(SecurityIdentifier.of(scopeObjectID));\(scopeObjectID)" }

    /// As `Get-ApplicationAccessPolicy` prints it.
    package func identity(organization: String) -> String { "\(organization)\\\(appID):\(rawScope)" }
}
