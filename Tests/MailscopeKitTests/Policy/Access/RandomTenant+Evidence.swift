import MailscopeKit

extension RandomTenant {
    /// The first mailbox is to be open, the second closed.
    static let wish = AccessWish(
        tenantID: "f0000000-0000-4000-8000-000000000000", clientID: client, servicePrincipalID: principal,
        open: [.init(address: address(0), objectID: mailbox(0))], closed: [.init(address: address(1))],
        permissions: ["Mail.Read"], usesPolicy: true)

    /// What the administrators see.
    var evidence: AccessEvidence {
        var evidence = AccessEvidence()
        evidence.tenantID = Self.wish.tenantID
        evidence.clientID = Self.client
        evidence.servicePrincipalID = Self.principal
        evidence.policies = EvidenceSection(
            policies.map { policy in
                .init(
                    identity: "policy", appIDs: [policy.app],
                    right: policy.denies ? .denyAccess : .restrictAccess, scopeID: Self.id(of: policy.scope))
            })
        var groups = (0..<Self.groupCount).map { index in
            AccessEvidence.Group(
                objectID: Self.group(index), name: "G\(index)",
                distinguishedName: Self.distinguishedName(index), type: "mailuniversalsecuritygroup",
                members: EvidenceSection(
                    people[index].sorted().map {
                        .init(objectID: Self.mailbox($0), address: Self.address($0), type: "usermailbox")
                    }
                        + inner[index].sorted().map {
                            .init(objectID: Self.group($0), type: "mailuniversalsecuritygroup")
                        }))
        }
        for policy in policies {
            switch policy.scope {
            case .mailbox(let index) where !groups.contains { $0.objectID == Self.mailbox(index) }:
                groups.append(
                    .init(objectID: Self.mailbox(index), type: "usermailbox", members: EvidenceSection([])))
            case .gone where !groups.contains { $0.objectID == Self.goneGroup }:
                groups.append(.init(objectID: Self.goneGroup, isFound: false, members: EvidenceSection([])))
            default: break
            }
        }
        evidence.groups = EvidenceSection(groups)
        evidence.pointers = EvidenceSection([.init(objectID: Self.principal, appID: Self.client)])
        evidence.recipients = EvidenceSection([
            .init(
                objectID: Self.mailbox(0), address: Self.address(0),
                addresses: [Self.address(0), "second@contoso.test"], alias: "m0"),
            .init(
                objectID: Self.mailbox(1), address: Self.address(1), addresses: [Self.address(1)],
                alias: "m1"),
        ])
        evidence.mailboxPermissions = EvidenceSection([])
        evidence.scopes = EvidenceSection(
            assignments.enumerated().compactMap { index, assignment in
                guard case .filter(let filter, let isExclusive) = assignment.reach else { return nil }
                return .init(name: "S\(index)", filter: filter.text, isExclusive: isExclusive)
            })
        evidence.assignments = EvidenceSection(
            assignments.enumerated().map { index, assignment in
                let reach: AccessEvidence.Assignment.Reach =
                    switch assignment.reach {
                    case .organization: .organization
                    case .group(let group): .group("g\(group)")
                    case .unit: .notUnderstood("an administrative unit")
                    case .deletedScope: .managementScope("deleted")
                    case .filter: .managementScope("s\(index)")
                    }
                return .init(
                    name: "a\(index)", role: assignment.role,
                    assignee: assignment.isOurs ? Self.principal : Self.otherPrincipal,
                    isEnabled: assignment.isEnabled, reach: reach)
            })
        evidence.grants = EvidenceSection(
            grants.map {
                .init(appRoleID: Self.appRoles[$0] ?? "", value: $0, resourceAppID: AppRole.graph)
            }
                + (hasExchangeGrant
                    ? [
                        .init(
                            appRoleID: Self.appRoles["Mail.Read"] ?? "", value: nil,
                            resourceAppID: AppRole.exchange)
                    ]
                    : []))
        return evidence
    }

    static let appRoles = [
        "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
        "Mail.ReadBasic": "6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a",
        "Mail.ReadBasic.All": "693c5e45-0940-467d-9b8a-1022fb9d42ef",
        "Mail.ReadWrite": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
        "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    ]
}
