/// What must hold in the tenant, and the steps that lead there in an order that never opens more than is wanted.
///
/// The scripts, the bare commands and a rehearsal on a simulated tenant all follow this one plan.
package struct PolicyPlan: Sendable, Equatable {
    /// Which way the plan leads.
    package enum Kind: Sendable, Equatable {
        /// From an app that may do nothing to one that reads its mailboxes.
        case establish
        /// From an access policy to RBAC for Applications, with no time in which the app reads less or more.
        case migrate
    }

    /// What must hold once all is done.
    package struct Goal: Sendable, Equatable {
        /// Readable, by address and object id.
        package let open: [PolicySpecification.Mailbox]
        /// Closed; every other mailbox of the tenant must be as well.
        package let closed: [String]
        /// What the directory must grant to the app, and nothing besides.
        package let directoryGrants: [PolicyPermission]
        /// The roles that Exchange must assign, all within ``scope``, and none besides.
        package let exchangeRoles: [String]
        /// Nil where there is none.
        package let scope: String?
        /// The address of the access policy's group; nil where there is no policy.
        package let group: String?
    }

    package let kind: Kind
    package let goal: Goal
    package let steps: [PolicyStep]

    /// The plan of a complete specification without objections; nil where an id is missing.
    package init?(_ specification: PolicySpecification, kind: Kind = .establish) {
        guard let client = specification.application.clientID,
            let principal = specification.application.servicePrincipalID
        else { return nil }
        let ids = specification.mailboxes.compactMap(\.objectID)
        guard ids.count == specification.mailboxes.count else { return nil }
        let usesRoles = kind == .migrate || specification.method == .rbac
        self.kind = kind
        goal = Goal(
            open: specification.mailboxes, closed: specification.closed,
            directoryGrants: usesRoles ? [] : specification.permissions,
            exchangeRoles: usesRoles ? specification.permissions.map(\.exchangeRole) : [],
            scope: usesRoles ? specification.scopeName : nil,
            group: usesRoles ? nil : specification.group?.address)
        let roles = Self.roles(specification, client: client, principal: principal, ids: ids)
        switch (kind, specification.method) {
        case (.migrate, _): steps = roles + Self.retirement(specification, client: client)
        case (.establish, .rbac): steps = roles
        case (.establish, .applicationAccessPolicy):
            steps = Self.policy(specification, client: client, ids: ids)
        }
    }

    /// The recipient filter that holds exactly these object ids.
    package static func filter(_ ids: [String]) -> String {
        ids.map { $0.lowercased() }.sorted().map { "(ExternalDirectoryObjectId -eq '\($0)')" }
            .joined(separator: " -or ")
    }

    private static func policy(
        _ specification: PolicySpecification, client: String, ids: [String]
    ) -> [PolicyStep] {
        guard let group = specification.group else { return [] }
        let confinement = [
            PolicyStep(
                .exchange(
                    PolicyCmdlet(
                        "New-DistributionGroup",
                        [
                            "Name": .text(group.name), "PrimarySmtpAddress": .text(group.address),
                            "Type": .word("Security"), "ManagedBy": .text(group.owner),
                            "Members": .texts(ids), "MemberJoinRestriction": .word("Closed"),
                            "MemberDepartRestriction": .word("Closed"),
                        ])),
                "A security group that nobody can join, with the mailbox in it; its owner is named, or it would be you"
            ),
            PolicyStep(
                .exchange(
                    PolicyCmdlet(
                        "Set-DistributionGroup",
                        ["Identity": .text(group.address), "HiddenFromAddressListsEnabled": .truth(true)])),
                "Nobody needs to see the group in the address book"),
            PolicyStep(
                .exchange(
                    PolicyCmdlet(
                        "New-ApplicationAccessPolicy",
                        [
                            "AppId": .text(client), "PolicyScopeGroupId": .text(group.address),
                            "AccessRight": .word("RestrictAccess"), "Description": .text(" "),
                        ])),
                "The app reads only members of the group; the description is a blank, for it uses up limited space"
            ),
        ]
        return confinement
            + specification.permissions.map { permission in
                PolicyStep(.grant(permission), "Only now the permission, which takes effect at once")
            }
    }

    private static func roles(
        _ specification: PolicySpecification, client: String, principal: String, ids: [String]
    ) -> [PolicyStep] {
        let name = specification.scopeName
        return [
            PolicyStep(
                .exchange(
                    PolicyCmdlet(
                        "New-ServicePrincipal",
                        ["AppId": .text(client), "ObjectId": .text(principal), "DisplayName": .text(name)])),
                "Exchange learns of the app"),
            PolicyStep(
                .exchange(
                    PolicyCmdlet(
                        "New-ManagementScope",
                        ["Name": .text(name), "RecipientRestrictionFilter": .text(filter(ids))])),
                "A scope that holds the mailbox by its object id, which never moves to somebody else"),
        ]
            + specification.permissions.map { permission in
                PolicyStep(
                    .exchange(
                        PolicyCmdlet(
                            "New-ManagementRoleAssignment",
                            [
                                "App": .text(principal), "Role": .text(permission.exchangeRole),
                                "CustomResourceScope": .text(name),
                            ])),
                    "The permission, within that scope; without one it would be every mailbox")
            }
    }

    /// How long a token may live that was handed out before: 28 hours where access is evaluated continuously.
    package static let longestTokenMinutes = 28 * 60

    private static func retirement(_ specification: PolicySpecification, client: String) -> [PolicyStep] {
        let revocations = specification.permissions.map { permission in
            PolicyStep(
                .revoke(permission), "The scope means nothing while the directory grants every mailbox")
        }
        let wait = PolicyStep(
            .waitForTokens(minutes: longestTokenMinutes),
            "Tokens from before still carry the permission, and only the policy holds them back")
        return revocations + [
            wait,
            PolicyStep(.retirePolicies(clientID: client), "Nothing is left for the policy to narrow"),
        ]
    }
}
