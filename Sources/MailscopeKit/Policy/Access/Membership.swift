/// Who is in which group, as far as the evidence shows it.
struct Membership: Sendable {
    let roster: AccessRoster
    private let groups: EvidenceSection<AccessEvidence.Group>
    private let byID: [String: AccessEvidence.Group]
    private let groupIDs: Set<String>
    private let members: [String: Members]

    init(_ groups: EvidenceSection<AccessEvidence.Group>, _ roster: AccessRoster) {
        self.groups = groups
        self.roster = roster
        let byID = Dictionary(groups.rows.map { ($0.objectID, $0) }) { first, second in
            // Two rows that differ: neither is believed to be all.
            guard first != second else { return first }
            var both = first
            both.members.rows += second.members.rows
            both.members.gaps.append("the evidence has two groups \(first.objectID)")
            return both
        }
        let groupIDs = Set(groups.rows.filter(\.isGroup).map(\.objectID))
        self.byID = byID
        self.groupIDs = groupIDs
        members = byID.mapValues { Members(of: $0, groupIDs) }
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
        let members = members[group.objectID] ?? Members(of: group, groupIDs)
        // Groups may have ten thousand members, and each of them is asked about.
        if let id = mailbox.objectID, members.ids.contains(id) { return .yes }
        var result = group.members.mayHoldMore
        if members.hasNameless {
            result = result.or(
                .cannotTell("a member of \(group.name ?? group.objectID) has neither id nor address"))
        }
        result = result.or(members.addresses.anyJudged { roster.has(mailbox, address: $0) })
        guard mailbox.objectID == nil, mailbox.role != .everyOther else { return result }
        return result.or(members.ids.sorted().anyJudged { roster.isSame(mailbox, $0) })
    }

    /// The members of a group, by what is known of them.
    private struct Members: Sendable {
        var ids: Set<String> = []
        /// Of those that have no id.
        var addresses: [String] = []
        var hasNameless = false
        var groups: [AccessEvidence.Member] = []

        init(of group: AccessEvidence.Group, _ groupIDs: Set<String>) {
            for member in group.members.rows {
                if member.isGroup(among: groupIDs) {
                    groups.append(member)
                } else if let id = member.objectID {
                    ids.insert(id)
                } else if let address = member.address {
                    addresses.append(address)
                } else {
                    hasNameless = true
                }
            }
        }
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
        members[group.objectID]?.groups ?? []
    }
}
