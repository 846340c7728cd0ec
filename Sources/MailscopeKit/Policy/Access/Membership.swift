/// Who is in which group, as far as the evidence shows it.
struct Membership: Sendable {
    let roster: AccessRoster
    private let groups: EvidenceSection<AccessEvidence.Group>
    private let byID: [String: AccessEvidence.Group]
    private let groupIDs: Set<String>

    init(_ groups: EvidenceSection<AccessEvidence.Group>, _ roster: AccessRoster) {
        self.groups = groups
        self.roster = roster
        byID = Dictionary(groups.rows.map { ($0.objectID, $0) }) { first, second in
            // Two rows that differ: neither is believed to be all.
            guard first != second else { return first }
            var both = first
            both.members.rows += second.members.rows
            both.members.gaps.append("the evidence has two groups \(first.objectID)")
            return both
        }
        groupIDs = Set(groups.rows.filter(\.isGroup).map(\.objectID))
    }

    /// The group that has this object id, name, address or distinguished name; nil where it is not one.
    func group(_ name: String) -> AccessEvidence.Group? {
        if let group = byID[name.lowercased()] { return group }
        let found = groups.rows.filter { group in
            [group.name, group.address, group.distinguishedName].contains {
                $0?.lowercased() == name.lowercased()
            }
        }
        return found.count == 1 ? found[0] : nil
    }

    /// The group of this distinguished name.
    func group(distinguishedName: String) -> AccessEvidence.Group? {
        let found = groups.rows.filter { $0.distinguishedName?.lowercased() == distinguishedName }
        return found.count == 1 ? found[0] : nil
    }

    /// Whether the mailbox is the scope `id` of a policy, or in it. Members of groups within it count or do not: sources
    /// differ.
    func contains(_ mailbox: AccessMailbox, policyScope id: String) -> Judgement {
        guard let group = byID[id] else {
            let own = roster.isSame(mailbox, id)
            return own.certainty == .yes
                ? .yes : .cannotTell("the evidence does not show who is in the scope \(id)")
        }
        if let doubt = doubt(of: group) { return doubt }
        if group.isMailbox { return roster.isSame(mailbox, id) }
        return direct(mailbox, group).or(nested(mailbox, group))
    }

    /// Whether the mailbox is a direct member.
    func contains(_ mailbox: AccessMailbox, group: AccessEvidence.Group) -> Judgement {
        doubt(of: group) ?? direct(mailbox, group)
    }

    /// Whether the mailbox is among these, none of which is a group that counts.
    func contains(_ mailbox: AccessMailbox, recipients: EvidenceSection<AccessEvidence.Member>) -> Judgement {
        direct(
            mailbox,
            AccessEvidence.Group(objectID: "", name: "the management scope", members: recipients))
    }

    private func doubt(of group: AccessEvidence.Group) -> Judgement? {
        let name = group.name ?? group.objectID
        if !group.isFound {
            return .cannotTell("the scope \(name) is gone; what Exchange makes of it is not known")
        }
        if group.type == nil, group.members.rows.isEmpty {
            return .cannotTell(
                "the evidence does not say what the scope \(name) is, or whether it still exists")
        }
        return nil
    }

    private func direct(_ mailbox: AccessMailbox, _ group: AccessEvidence.Group) -> Judgement {
        group.members.rows.anyJudged { member in
            if member.isGroup(among: groupIDs) { return .no }
            if let id = member.objectID { return roster.isSame(mailbox, id) }
            if let address = member.address { return roster.has(mailbox, address: address) }
            return .cannotTell("a member of \(group.name ?? group.objectID) has neither id nor address")
        }.or(group.members.mayHoldMore)
    }

    /// Never yes.
    private func nested(_ mailbox: AccessMailbox, _ outer: AccessEvidence.Group) -> Judgement {
        var seen: Set<String> = [outer.objectID]
        var open = innerGroups(of: outer)
        var result = Judgement.no
        while let next = open.popLast() {
            guard let id = next.objectID, let group = byID[id], doubt(of: group) == nil else {
                return .cannotTell(
                    "\(outer.name ?? outer.objectID) holds a group whose members the evidence does not show")
            }
            guard seen.insert(id).inserted else { continue }
            if direct(mailbox, group).certainty != .no {
                result = .cannotTell(
                    "\(mailbox.label) is in a group within \(outer.name ?? outer.objectID), and sources differ on whether that counts"
                )
            }
            open += innerGroups(of: group)
        }
        return result
    }

    private func innerGroups(of group: AccessEvidence.Group) -> [AccessEvidence.Member] {
        group.members.rows.filter { $0.isGroup(among: groupIDs) }
    }
}
