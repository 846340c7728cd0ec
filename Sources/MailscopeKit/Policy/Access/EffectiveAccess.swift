/// Who can read what, and by which way: worked out from what the tenant's administrators see, with nothing guessed.
///
/// Source: learn.microsoft.com/exchange/permissions-exo/application-rbac (the two ways add up), New-ApplicationAccessPolicy
/// (order of the policies).
package struct EffectiveAccess: Sendable {
    package let evidence: AccessEvidence
    package let roster: AccessRoster
    /// Every way into a mailbox that the evidence shows, and one for each gap in it.
    package let ways: [AccessWay]
    let clientID: String
    private let membership: Membership

    /// `wish` says which app is meant, and which mailboxes are known by which ids.
    package init(_ evidence: AccessEvidence, _ wish: AccessWish) {
        let filters = evidence.scopes.rows.compactMap { $0.filter.flatMap(ScopeFilter.init) }
        let roster = AccessRoster(wish, evidence, filters: filters)
        let clientID = wish.clientID
        let membership = Membership(evidence.groups, roster)
        let policies = PolicyGate(evidence.policies, clientID: clientID, membership)
        let assignments = AssignmentReach(
            evidence, principal: evidence.servicePrincipalID ?? wish.servicePrincipalID, membership)
        self.evidence = evidence
        self.roster = roster
        self.clientID = clientID
        self.membership = membership
        let mailboxes = roster.mailboxes
        let allowances = mailboxes.map(policies.allows)
        var ways: [AccessWay] = []
        for (index, grant) in evidence.grants.rows.enumerated() {
            let role = AppRole(grant)
            let (rights, openings) = Self.openings(
                of: role.reach, mailboxes, allowances, evidence, roster)
            ways.append(
                AccessWay(
                    source: .grant(role, policies: policies.rows), section: "appRoleAssignments", row: index,
                    rights: rights, openings: openings))
        }
        for (index, assignment) in evidence.assignments.rows.enumerated() {
            let rights = ApplicationRoleRights.rights(of: assignment.role)
            let openings = mailboxes.map { mailbox in
                let opens = assignments.opens(assignment, mailbox)
                guard rights == nil else { return opens }
                return opens.and(.cannotTell("nobody knows what the role '\(assignment.role)' gives"))
            }
            ways.append(
                AccessWay(
                    source: .assignment(assignment), section: "roleAssignments", row: index,
                    rights: rights ?? MailRight.all, openings: openings))
        }
        // The rows of Exchange are listed for each pointer: where pointers may be missing, so may rows.
        for gap in evidence.grants.gaps + evidence.assignments.gaps + evidence.pointers.gaps {
            ways.append(
                AccessWay(
                    source: .gap(gap), section: "", row: nil, rights: MailRight.all,
                    openings: mailboxes.map { _ in .cannotTell(gap) }))
        }
        self.ways = ways
    }

    /// Whether the app has `right` in the mailbox at `index` of the roster, by any way.
    package func has(_ right: MailRight, at index: Int) -> Judgement {
        ways.anyJudged { $0.rights.contains(right) ? $0.openings[index] : .no }
    }

    /// What a way leads through before it comes to mailboxes: the scopes of its policies, a scope, or nothing.
    package func passages(of way: AccessWay) -> [AccessPassage] {
        switch way.source {
        case .grant(let role, let policies):
            let restrictions = policies.filter { $0.right == .restrictAccess }
            guard case .mailUnderPolicies = role.reach, !restrictions.isEmpty else {
                let denials = policies.filter { $0.right == .denyAccess }
                guard case .mailUnderPolicies = role.reach, !denials.isEmpty else {
                    return [
                        AccessPassage(name: "no policy holds it back", detail: "", openings: way.openings)
                    ]
                }
                let names = denials.map { $0.scopeName ?? $0.scopeID ?? "?" }.joined(separator: ", ")
                return [
                    AccessPassage(
                        name: "everything but \(names)", detail: "DenyAccess", openings: way.openings)
                ]
            }
            return restrictions.map { policy in
                let contains = roster.mailboxes.map { mailbox in
                    policy.scopeID.map { membership.contains(mailbox, policyScope: $0) } ?? .no
                }
                return AccessPassage(
                    name: policy.scopeName ?? policy.scopeID ?? "a scope that is not known",
                    detail: policy.appIDs.contains("*") ? "RestrictAccess, for every app" : "RestrictAccess",
                    openings: zip(way.openings, contains).map { $0.and($1) })
            }
        case .assignment(let assignment):
            let (name, detail): (String, String) =
                switch assignment.reach {
                case .organization: ("the whole organization", "no scope")
                case .managementScope(let name): (name, "management scope")
                case .group(let name): (membership.group(name)?.name ?? name, "direct members")
                case .notUnderstood(let why): ("a scope that is not understood", why)
                }
            return [AccessPassage(name: name, detail: detail, openings: way.openings)]
        case .gap: return [AccessPassage(name: "not known", detail: "", openings: way.openings)]
        }
    }

    private static func openings(
        of reach: AppRole.Reach, _ mailboxes: [AccessMailbox], _ allowances: [Judgement],
        _ evidence: AccessEvidence, _ roster: AccessRoster
    ) -> (Set<MailRight>, [Judgement]) {
        switch reach {
        case .mailUnderPolicies(let rights): (rights, allowances)
        case .mailPastPolicies(let rights): (rights, mailboxes.map { _ in .yes })
        case .mailPerhaps(let rights, let why): (rights, mailboxes.map { _ in .cannotTell(why) })
        case .mailByMailboxPermission:
            (
                MailRight.all,
                mailboxes.map { mailbox in
                    let held = evidence.mailboxPermissions.rows.anyJudged { row in
                        row.mailbox.contains("@")
                            ? roster.has(mailbox, address: row.mailbox) : roster.isSame(mailbox, row.mailbox)
                    }
                    let wasLookedAt = evidence.mailboxesLookedAt.map { looked in
                        mailbox.addresses.contains { looked.contains($0) }
                    }
                    return held.or(evidence.mailboxPermissions.mayHoldMore).or(
                        wasLookedAt == true
                            ? .no : .cannotTell("the permissions of \(mailbox.label) itself were not read"))
                }
            )
        case .itself, .otherData, .nothing: ([], mailboxes.map { _ in .no })
        }
    }
}
