/// All that Exchange knows about which app may reach which mailbox. A value: the old one stays true elsewhere until a
/// change has spread.
package struct ExchangeConfiguration: Sendable {
    /// By object id.
    package var groups: [String: SimulatedGroup] = [:]
    package var policies: [ApplicationAccessPolicy] = []
    package var servicePrincipals: [ExchangeServicePrincipal] = []
    package var scopes: [ManagementScope] = []
    package var assignments: [RoleAssignment] = []
    /// Object ids of members, by the unit's name.
    package var administrativeUnits: [String: Set<String>] = [:]
    /// The organization's first domain, a part of every distinguished name.
    package var domain: String

    package init(domain: String) { self.domain = domain }

    /// Whether the group or mailbox `scope` contains the mailbox.
    package func contains(_ mailbox: String, in scope: String, nested: Bool) -> Bool {
        if scope == mailbox { return true }
        guard let group = groups[scope] else { return false }
        if group.members.contains(mailbox) { return true }
        guard nested else { return false }
        var seen: Set<String> = [scope]
        var open = groups.keys.filter { group.members.contains($0) }
        while let next = open.popLast() {
            guard seen.insert(next).inserted, let inner = groups[next] else { continue }
            if inner.members.contains(mailbox) { return true }
            open += groups.keys.filter { inner.members.contains($0) }
        }
        return false
    }

    /// Whether the assignment's scope contains the mailbox. Groups count their direct members only.
    package func contains(_ mailbox: SimulatedMailbox, in scope: RoleAssignment.Scope) -> Bool {
        switch scope {
        case .organization: true
        case .managementScope(let name):
            scopes.first { $0.name.lowercased() == name.lowercased() }.map { scope in
                scope.filter.matches { property in values(of: property, mailbox) }
            } ?? false
        case .group(let objectID): groups[objectID]?.members.contains(mailbox.objectID) ?? false
        case .administrativeUnit(let name): administrativeUnits[name]?.contains(mailbox.objectID) ?? false
        }
    }

    /// What a filter sees of a recipient; names of properties are in lower case.
    func values(of property: String, _ mailbox: SimulatedMailbox) -> [String] {
        switch property {
        case "externaldirectoryobjectid", "guid", "exchangeguid": [mailbox.objectID]
        // A filter on the primary address searches all addresses.
        case "emailaddresses", "primarysmtpaddress": mailbox.addresses.flatMap { [$0, "smtp:" + $0] }
        case "alias", "mailnickname": [mailbox.alias]
        case "userprincipalname", "windowsliveid": [mailbox.userPrincipalName]
        case "displayname", "name": [mailbox.displayName]
        case "recipienttypedetails": [mailbox.kind.recipientTypeDetails]
        // A group that is named by anything but its distinguished name matches nobody.
        case "memberofgroup":
            groups.values.filter { $0.members.contains(mailbox.objectID) }
                .map { $0.distinguishedName(domain: domain) }
        case "administrativeunits":
            administrativeUnits.filter { $0.value.contains(mailbox.objectID) }.map(\.key)
        default: mailbox.attributes.filter { $0.key.lowercased() == property }.map(\.value)
        }
    }
}

extension SimulatedMailbox.Kind {
    /// What Exchange prints.
    var recipientTypeDetails: String {
        switch self {
        case .user: "UserMailbox"
        case .shared: "SharedMailbox"
        case .room: "RoomMailbox"
        case .equipment: "EquipmentMailbox"
        }
    }
}
