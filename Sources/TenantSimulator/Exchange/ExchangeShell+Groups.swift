internal import FoundationEssentials

extension ExchangeShell {
    func newGroup(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing([
            "Name", "Type", "Alias", "DisplayName", "PrimarySmtpAddress", "Members", "ManagedBy", "Notes",
            "MemberJoinRestriction", "MemberDepartRestriction", "RequireSenderAuthenticationEnabled",
            "CopyOwnerToMember", "IgnoreNamingPolicy", "OrganizationalUnit", "RoomList",
            "HiddenGroupMembershipEnabled",
        ])
        let name = try call.required("Name")
        guard name.count <= 64 else { throw .invalid("Name", name, "it has more than 64 characters.") }
        let type = call.text("Type")?.lowercased() ?? "distribution"
        guard ["distribution", "security"].contains(type) else {
            throw .invalid("Type", type, "specify one of: Distribution, Security.")
        }
        guard group(name) == nil else { throw .exists(name) }
        var members: Set<String> = []
        for member in call.texts("Members") { members.insert(try recipient(member).objectID) }
        let alias =
            call.text("Alias") ?? String(name.filter { $0.isLetter || $0.isNumber || "-_.".contains($0) })
        let group = SimulatedGroup(
            objectID: UUID().uuidString, name: name,
            address: call.text("PrimarySmtpAddress") ?? "\(alias)@\(service.directory.domain)",
            kind: type == "security" ? .mailEnabledSecurity : .distribution, members: members)
        if call.isRehearsal { return [] }
        service.change { $0.groups[group.objectID] = group }
        return [json(group)]
    }

    func getGroups(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "ResultSize"])
        if let identity = call.text("Identity"), let group = group(identity) { return [json(group)] }
        let groups = service.configuration.groups.values.sorted { $0.name < $1.name }
        return try found(call, groups) { _, _ in false }.map(json)
    }

    /// Only what bears on nothing here: whether address books show the group, and who may write to it.
    func setGroup(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing([
            "Identity", "HiddenFromAddressListsEnabled", "RequireSenderAuthenticationEnabled",
            "BypassSecurityGroupManagerCheck",
        ])
        var group = try required(call)
        if let isHidden = call.truth("HiddenFromAddressListsEnabled") { group.isHidden = isHidden }
        if call.isRehearsal { return [] }
        let changed = group
        service.change { $0.groups[changed.objectID] = changed }
        return []
    }

    /// Policies and scopes that name the group keep naming it, and contain nobody.
    func removeGroup(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "BypassSecurityGroupManagerCheck"])
        let group = try required(call)
        if call.isRehearsal { return [] }
        service.change { configuration in
            configuration.groups[group.objectID] = nil
            for id in configuration.groups.keys { configuration.groups[id]?.members.remove(group.objectID) }
        }
        return []
    }

    func addMember(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try changeMembers(call) { group, member throws(CmdletError) in
            guard group.members.insert(member.objectID).inserted else {
                throw CmdletError(
                    id: "MemberAlreadyExistsException", category: "InvalidData",
                    message:
                        "The recipient \"\(member.name)\" is already a member of the group \"\(group.name)\"."
                )
            }
        }
    }

    func removeMember(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try changeMembers(call) { group, member throws(CmdletError) in
            guard group.members.remove(member.objectID) != nil else {
                throw CmdletError(
                    id: "MemberNotFoundException", category: "InvalidData",
                    message: "The recipient \"\(member.name)\" isn't a member of the group \"\(group.name)\"."
                )
            }
        }
    }

    func getMembers(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "ResultSize"])
        let configuration = service.configuration
        let members = try required(call).members.compactMap { id -> Recipient? in
            configuration.groups[id].map(Recipient.group)
                ?? service.directory.mailbox(id).map(Recipient.mailbox)
        }
        return members.sorted { $0.name < $1.name }.map { $0.json(domain: configuration.domain) }
    }

    private func changeMembers(
        _ call: CmdletCall,
        _ change: (_ group: inout SimulatedGroup, _ member: Recipient) throws(CmdletError) -> Void
    ) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "Member", "BypassSecurityGroupManagerCheck"])
        var group = try required(call)
        let member = try recipient(try call.required("Member"))
        try change(&group, member)
        if call.isRehearsal { return [] }
        let members = group.members
        service.change { $0.groups[group.objectID]?.members = members }
        return []
    }

    private func required(_ call: CmdletCall) throws(CmdletError) -> SimulatedGroup {
        let identity = try call.required("Identity")
        guard let group = group(identity) else { throw .notFound(identity) }
        return group
    }

    private func json(_ group: SimulatedGroup) -> JSONValue {
        Recipient.group(group).json(domain: service.directory.domain)
    }
}
