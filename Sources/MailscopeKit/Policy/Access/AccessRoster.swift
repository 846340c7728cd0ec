/// Every mailbox that the specification or the evidence names, and one that stands for all others.
package struct AccessRoster: Sendable {
    package private(set) var mailboxes: [AccessMailbox] = []
    /// Where specification and evidence mean different mailboxes by one name.
    package private(set) var conflicts: [String] = []
    private var byID: [String: Int] = [:]
    private var byAddress: [String: Int] = [:]

    init(_ wish: AccessWish, _ evidence: AccessEvidence, filters: [ScopeFilter]) {
        for mailbox in wish.open { add(.open, mailbox.objectID, mailbox.address) }
        for mailbox in wish.closed { add(.closed, mailbox.objectID, mailbox.address) }
        for recipient in evidence.recipients.rows { add(recipient) }
        let groups = Set(evidence.groups.rows.filter(\.isGroup).map(\.objectID))
        for group in evidence.groups.rows {
            if group.isMailbox { find(group.objectID, group.address) }
            for member in group.members.rows where !member.isGroup(among: groups) {
                find(member.objectID, member.address)
            }
        }
        for member in evidence.scopes.rows.flatMap({ $0.recipients?.rows ?? [] })
        where !member.isGroup(among: groups) { find(member.objectID, member.address) }
        for permission in evidence.mailboxPermissions.rows {
            let isAddress = permission.mailbox.contains("@")
            find(isAddress ? nil : permission.mailbox, isAddress ? permission.mailbox : nil)
        }
        for test in filters.flatMap(\.tests) where test.property == "externaldirectoryobjectid" {
            if case .equals(let id) = test.comparison, PlainGUID.isOne(id) { find(id, nil) }
        }
        mailboxes.append(AccessMailbox(role: .everyOther, objectID: nil, addresses: []))
    }

    /// Whether the mailbox is the object `id`.
    func isSame(_ mailbox: AccessMailbox, _ id: String) -> Judgement {
        if let own = mailbox.objectID { return Judgement(own == id) }
        if mailbox.role == .everyOther { return .no }
        // The specification's mailboxes are different ones.
        if mailbox.role != .named, let index = byID[id], mailboxes[index].role != .named { return .no }
        return .cannotTell("the object id of \(mailbox.label) is not known")
    }

    /// Whether the mailbox has the address.
    func has(_ mailbox: AccessMailbox, address: String) -> Judgement {
        if mailbox.addresses.contains(address) { return .yes }
        if mailbox.knowsAllAddresses { return .no }
        if let index = byAddress[address] {
            let holder = mailboxes[index]
            if mailbox.role == .everyOther { return .no }
            if let id = holder.objectID, let own = mailbox.objectID, id != own { return .no }
            if holder.role != .named, mailbox.role != .named, index != position(of: mailbox) { return .no }
        }
        return .cannotTell("the evidence does not say whose address \(address) is")
    }

    private func position(of mailbox: AccessMailbox) -> Int? { mailboxes.firstIndex(of: mailbox) }

    private mutating func add(_ role: AccessMailbox.Role, _ id: String?, _ address: String) {
        mailboxes.append(AccessMailbox(role: role, objectID: id, addresses: [address]))
        let index = mailboxes.count - 1
        if let id { byID[id] = byID[id] ?? index }
        byAddress[address] = byAddress[address] ?? index
    }

    /// The mailboxes that an id and an address mean; a new one where they mean none.
    private mutating func find(_ id: String?, _ address: String?) {
        let known = id.flatMap { byID[$0] }
        let addressed = address.flatMap { byAddress[$0] }
        if let addressed, let id, known != addressed {
            if mailboxes[addressed].objectID == nil {
                mailboxes[addressed].objectID = id
                byID[id] = known ?? addressed
                return
            }
            if mailboxes[addressed].objectID != id {
                conflicts.append(
                    "\(address ?? "") is \(id) in one place and \(mailboxes[addressed].objectID ?? "") in another"
                )
            }
        }
        if let known {
            guard let address, addressed == nil else { return }
            mailboxes[known].addresses.append(address)
            byAddress[address] = known
        } else if id != nil || address != nil {
            // An address alone that is known says nothing new.
            if id == nil, addressed != nil { return }
            mailboxes.append(
                AccessMailbox(role: .named, objectID: id, addresses: address.map { [$0] } ?? []))
            if let id { byID[id] = mailboxes.count - 1 }
            if let address, addressed == nil { byAddress[address] = mailboxes.count - 1 }
        }
    }

    private mutating func add(_ recipient: AccessEvidence.Recipient) {
        find(recipient.objectID, recipient.address)
        guard
            let index =
                (recipient.objectID.flatMap { byID[$0] } ?? recipient.address.flatMap { byAddress[$0] })
        else { return }
        for address in recipient.addresses ?? [] where !mailboxes[index].addresses.contains(address) {
            // The specification may have named it by another of its addresses.
            if let other = byAddress[address], mailboxes[other].objectID == nil {
                mailboxes[other].objectID = recipient.objectID
            } else if byAddress[address] == nil {
                byAddress[address] = index
            }
            mailboxes[index].addresses.append(address)
        }
        mailboxes[index].knowsAllAddresses = recipient.addresses != nil
        mailboxes[index].userPrincipalName = recipient.userPrincipalName
        mailboxes[index].alias = recipient.alias
    }
}

extension AccessEvidence.Group {
    /// True where it surely is a group.
    var isGroup: Bool { isFound && (type.map { $0.contains("group") } ?? !members.rows.isEmpty) }
    /// True where it surely is a mailbox.
    var isMailbox: Bool {
        isFound && (type.map { $0.hasSuffix("mailbox") && !$0.contains("group") } ?? false)
    }
}

extension AccessEvidence.Member {
    /// True where it is a group within a group.
    func isGroup(among groups: Set<String>) -> Bool {
        type.map { $0.contains("group") } ?? objectID.map(groups.contains) ?? false
    }
}
