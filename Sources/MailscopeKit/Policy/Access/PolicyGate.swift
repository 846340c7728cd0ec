/// What the application access policies make of permissions that the directory grants.
struct PolicyGate: Sendable {
    /// The policies of this app and those of all apps.
    let rows: [AccessEvidence.Policy]
    private let gaps: Judgement
    private let membership: Membership

    init(
        _ policies: EvidenceSection<AccessEvidence.Policy>, clientID: String, _ membership: Membership
    ) {
        rows = policies.rows.filter { $0.appIDs.contains(clientID) || $0.appIDs.contains("*") }
        gaps = policies.mayHoldMore
        self.membership = membership
    }

    /// Any DenyAccess that contains it says no; any RestrictAccess that contains it yes; any RestrictAccess no; else yes.
    func allows(_ mailbox: AccessMailbox) -> Judgement {
        var isDenied = Judgement.no
        var isListed = Judgement.no
        var isRestricted = Judgement.no
        for row in rows {
            guard let right = row.right else {
                return .cannotTell("the access right of the policy \(row.identity) is not understood")
            }
            var holds = Judgement.yes
            if !row.isValid { holds = .cannotTell("Exchange calls the policy \(row.identity) invalid") }
            let contains = contains(mailbox, row).and(holds)
            switch right {
            case .denyAccess: isDenied = isDenied.or(contains)
            case .restrictAccess:
                isListed = isListed.or(contains)
                isRestricted = isRestricted.or(holds)
            }
        }
        // One more policy could deny it, or restrict the app to others.
        let allowed = isDenied.negated.and(isListed.or(isRestricted.negated))
        guard gaps.certainty == .cannotTell, isDenied.certainty != .yes else { return allowed }
        return gaps
    }

    private func contains(_ mailbox: AccessMailbox, _ row: AccessEvidence.Policy) -> Judgement {
        guard let id = row.scopeID else {
            return .cannotTell("the evidence does not say which scope the policy \(row.identity) has")
        }
        return membership.contains(mailbox, policyScope: id)
    }
}
