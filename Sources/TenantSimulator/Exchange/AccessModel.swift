/// Who may reach what: Entra's grants cut down by application access policies, and role assignments beside them.
/// The two ways add up.
package struct AccessModel: Sendable {
    /// What the policies' caches hold at this moment.
    let policies: ExchangeConfiguration
    /// What the role assignments' cache holds at this moment.
    let assignments: ExchangeConfiguration
    /// Whether policies count the members of groups inside groups; sources disagree.
    let countsNestedGroups: Bool

    package init(
        policies: ExchangeConfiguration, assignments: ExchangeConfiguration, countsNestedGroups: Bool = true
    ) {
        self.policies = policies
        self.assignments = assignments
        self.countsNestedGroups = countsNestedGroups
    }

    /// Exchange's answer to the app `appID` whose service principal is `objectID` and whose token grants `roles`.
    package func answer(
        appID: String, objectID: String, roles: [String], mailbox: SimulatedMailbox, permission: String
    ) -> AccessAnswer {
        let covering = MailPermission.covering(permission)
        let granted = covering.intersection(roles)
        if !granted.isSubset(of: MailPermission.underPolicies) { return .allowed }
        if !granted.isEmpty, policiesAllow(appID: appID, mailbox: mailbox.objectID) { return .allowed }
        let assigned = assignments.assignments.contains { assignment in
            assignment.isEnabled && assignment.assignee == objectID
                && !covering.isDisjoint(with: assignment.role.permissions)
                && assignments.contains(mailbox, in: assignment.scope)
        }
        if assigned { return .allowed }
        return granted.isEmpty ? .denied : .deniedByPolicy
    }

    /// What the policies alone say of the app and the mailbox (or group): Source: New-ApplicationAccessPolicy.
    package func policiesAllow(appID: String, mailbox: String) -> Bool {
        let app = appID.lowercased()
        var isRestricted = false
        var isListed = false
        for policy in policies.policies where policy.appID == app || policy.appID == "*" {
            let contains = policies.contains(mailbox, in: policy.scopeObjectID, nested: countsNestedGroups)
            switch policy.right {
            case .denyAccess: if contains { return false }
            case .restrictAccess:
                isRestricted = true
                isListed = isListed || contains
            }
        }
        return isListed || !isRestricted
    }
}
