/// Which mailboxes a role assignment of RBAC for Applications opens.
struct AssignmentReach: Sendable {
    private let pointers: EvidenceSection<AccessEvidence.Pointer>
    private let scopes: EvidenceSection<AccessEvidence.Scope>
    private let filters: [String: ScopeFilter]
    private let principal: String?
    private let membership: Membership

    /// `principal` is the object id that the app's tokens carry.
    init(_ evidence: AccessEvidence, principal: String?, _ membership: Membership) {
        pointers = evidence.pointers
        scopes = evidence.scopes
        filters = Dictionary(
            evidence.scopes.rows.compactMap { scope in
                scope.filter.flatMap { text in ScopeFilter(text).map { (text, $0) } }
            }
        ) { first, _ in first }
        self.principal = principal
        self.membership = membership
    }

    func opens(_ assignment: AccessEvidence.Assignment, _ mailbox: AccessMailbox) -> Judgement {
        let isEnabled =
            assignment.isEnabled.map(Judgement.init)
            ?? .cannotTell("the evidence does not say whether '\(assignment.name)' is enabled")
        return isEnabled.and(isOurs(assignment)).and(reaches(assignment, mailbox))
    }

    private func isOurs(_ assignment: AccessEvidence.Assignment) -> Judgement {
        guard let principal else {
            return .cannotTell("the object id of the enterprise application is not known")
        }
        if let assignee = assignment.assignee { return Judgement(assignee == principal) }
        // The scripts list the rows of each pointer: where there is one, they are its.
        if pointers.gaps.isEmpty, pointers.rows.count == 1 {
            return Judgement(pointers.rows[0].objectID == principal)
        }
        return .cannotTell("the evidence does not say to whom '\(assignment.name)' is assigned")
    }

    private func reaches(_ assignment: AccessEvidence.Assignment, _ mailbox: AccessMailbox) -> Judgement {
        switch assignment.reach {
        case .organization: return .yes
        case .notUnderstood(let why): return .cannotTell(why)
        case .group(let name):
            guard let group = membership.group(name) else {
                return .cannotTell("the evidence does not show who is in the group '\(name)'")
            }
            return membership.contains(mailbox, group: group)
        case .managementScope(let name):
            let found = scopes.rows.filter { $0.name.lowercased() == name.lowercased() }
            guard found.count == 1, let scope = found.first else {
                return .cannotTell("the evidence does not show the management scope '\(name)'")
            }
            return contains(mailbox, scope)
        }
    }

    private func contains(_ mailbox: AccessMailbox, _ scope: AccessEvidence.Scope) -> Judgement {
        var result: Judgement
        if let text = scope.filter, let filter = filters[text] {
            result = filter.judged { matches($0, mailbox) }
        } else {
            result = .cannotTell(
                "the filter of the scope '\(scope.name)' is not understood: \(scope.filter ?? "none")")
        }
        if result.certainty == .cannotTell, let recipients = scope.recipients {
            result = membership.contains(mailbox, recipients: recipients)
        }
        if let root = scope.root {
            result = result.and(
                .cannotTell(
                    "the scope '\(scope.name)' holds only what is under '\(root)', and the evidence does not show what"
                ))
        }
        if scope.isExclusive {
            // Exclusive scopes do not restrict apps; whether one opens more than its filter is nowhere said.
            result = result.or(
                .cannotTell("the scope '\(scope.name)' is exclusive, which does not restrict apps"))
        }
        return result
    }

    private func matches(_ test: ScopeFilter.Test, _ mailbox: AccessMailbox) -> Judgement {
        switch (test.property, test.comparison) {
        case ("externaldirectoryobjectid", .equals(let id)):
            return membership.roster.isSame(mailbox, id)
        case ("externaldirectoryobjectid", .begins(let start)):
            if let id = mailbox.objectID { return Judgement(id.hasPrefix(start)) }
        // A filter on the primary address searches all addresses.
        case ("emailaddresses", .equals(let address)), ("primarysmtpaddress", .equals(let address)):
            return membership.roster.has(
                mailbox, address: address.hasPrefix("smtp:") ? String(address.dropFirst(5)) : address)
        case ("userprincipalname", .equals(let name)):
            if let own = mailbox.userPrincipalName { return Judgement(own == name) }
        case ("alias", .equals(let name)):
            if let own = mailbox.alias { return Judgement(own == name) }
        case ("memberofgroup", .equals(let name)):
            if let group = membership.group(distinguishedName: name) {
                return membership.contains(mailbox, group: group)
            }
            return .cannotTell("the evidence shows no group with the distinguished name '\(name)'")
        default: break
        }
        return .cannotTell("the evidence does not show the property '\(test.property)' of \(mailbox.label)")
    }
}
