/// Exchange's pointer to a service principal of Entra.
package struct ExchangeServicePrincipal: Sendable, Equatable {
    package let appID: String
    /// The object id of the service principal (the enterprise application), which tokens carry as `oid`.
    package let objectID: String
    package var displayName: String
}

/// A named filter over recipients.
package struct ManagementScope: Sendable, Equatable {
    package let name: String
    package var filter: RecipientFilter
    /// Has no meaning for apps.
    package let isExclusive: Bool

    package init(name: String, filter: RecipientFilter, isExclusive: Bool = false) {
        self.name = name
        self.filter = filter
        self.isExclusive = isExclusive
    }
}

/// An application role given to a service principal, for a part of the organization or for all of it.
package struct RoleAssignment: Sendable, Equatable {
    package enum Scope: Sendable, Equatable {
        /// No scope was given: every mailbox.
        case organization
        /// By name.
        case managementScope(String)
        /// Direct members only.
        case group(objectID: String)
        case administrativeUnit(String)
    }

    package let name: String
    package let role: ApplicationRole
    /// The service principal's object id.
    package let assignee: String
    package var scope: Scope
    package var isEnabled: Bool

    package init(name: String, role: ApplicationRole, assignee: String, scope: Scope, isEnabled: Bool = true)
    {
        self.name = name
        self.role = role
        self.assignee = assignee
        self.scope = scope
        self.isEnabled = isEnabled
    }
}
