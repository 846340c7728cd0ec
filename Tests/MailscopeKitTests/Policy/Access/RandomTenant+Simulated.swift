import TenantSimulator

extension RandomTenant {
    /// The mailboxes as the simulated tenant has them.
    var simulatedMailboxes: [SimulatedMailbox] {
        (0..<Self.mailboxCount).map { index in
            SimulatedMailbox(
                objectID: Self.mailbox(index), userPrincipalName: Self.address(index),
                addresses: index == 0 ? [Self.address(0), "second@contoso.test"] : [],
                attributes: ["Department": departments[index]])
        }
    }

    /// What the simulated Exchange says of the app's token.
    func simulated(countsNested: Bool) -> AccessModel {
        var configuration = ExchangeConfiguration(domain: "contoso.test")
        for index in 0..<Self.groupCount {
            configuration.groups[Self.group(index)] = SimulatedGroup(
                objectID: Self.group(index), name: "G\(index)", address: "g\(index)@contoso.test",
                members: Set(people[index].map(Self.mailbox) + inner[index].map(Self.group)))
        }
        configuration.administrativeUnits = [Self.unit: [Self.mailbox(0), Self.mailbox(4)]]
        configuration.policies = policies.map { policy in
            ApplicationAccessPolicy(
                appID: policy.app, right: policy.denies ? .denyAccess : .restrictAccess,
                scopeObjectID: Self.id(of: policy.scope), scopeName: "scope")
        }
        for (index, assignment) in assignments.enumerated() {
            let scope: RoleAssignment.Scope
            switch assignment.reach {
            case .organization: scope = .organization
            case .group(let group): scope = .group(objectID: Self.group(group))
            case .unit: scope = .administrativeUnit(Self.unit)
            case .deletedScope: scope = .managementScope("deleted")
            case .filter(let filter, let isExclusive):
                guard let read = RecipientFilter(filter.text) else { fatalError(filter.text) }
                configuration.scopes.append(
                    ManagementScope(name: "s\(index)", filter: read, isExclusive: isExclusive))
                scope = .managementScope("s\(index)")
            }
            guard let role = ApplicationRole.named(assignment.role) else { fatalError(assignment.role) }
            configuration.assignments.append(
                RoleAssignment(
                    name: "a\(index)", role: role,
                    assignee: assignment.isOurs ? Self.principal : Self.otherPrincipal, scope: scope,
                    isEnabled: assignment.isEnabled))
        }
        return AccessModel(
            policies: configuration, assignments: configuration, countsNestedGroups: countsNested)
    }

    static func id(of scope: Scope) -> String {
        switch scope {
        case .group(let index): group(index)
        case .mailbox(let index): mailbox(index)
        case .gone: goneGroup
        }
    }
}
