/// Exchange Online PowerShell, as far as the confinement of apps needs it. Names of parameters, outputs and errors
/// are the real ones; so are the traps.
package struct ExchangeShell: Sendable {
    let service: ExchangeService

    package init(service: ExchangeService) { self.service = service }

    /// Runs one cmdlet.
    ///
    /// - Returns: its output, an object each.
    /// - Throws: ``CmdletError``.
    @discardableResult
    package func run(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        switch call.name.lowercased() {
        case "new-applicationaccesspolicy": try newPolicy(call)
        case "get-applicationaccesspolicy": try getPolicies(call)
        case "set-applicationaccesspolicy": try setPolicy(call)
        case "remove-applicationaccesspolicy": try removePolicy(call)
        case "test-applicationaccesspolicy": try testPolicy(call)
        case "new-distributiongroup": try newGroup(call)
        case "get-distributiongroup", "get-group": try getGroups(call)
        case "set-distributiongroup": try setGroup(call)
        case "remove-distributiongroup": try removeGroup(call)
        case "add-distributiongroupmember": try addMember(call)
        case "remove-distributiongroupmember": try removeMember(call)
        case "get-distributiongroupmember": try getMembers(call)
        case "get-recipient", "get-mailbox": try getRecipients(call)
        case "new-serviceprincipal": try newServicePrincipal(call)
        case "get-serviceprincipal": try getServicePrincipals(call)
        case "set-serviceprincipal": try setServicePrincipal(call)
        case "remove-serviceprincipal": try removeServicePrincipal(call)
        case "new-managementscope": try newScope(call)
        case "get-managementscope": try getScopes(call)
        case "set-managementscope": try setScope(call)
        case "remove-managementscope": try removeScope(call)
        case "new-managementroleassignment": try newAssignment(call)
        case "get-managementroleassignment": try getAssignments(call)
        case "set-managementroleassignment": try setAssignment(call)
        case "remove-managementroleassignment": try removeAssignment(call)
        case "test-serviceprincipalauthorization": try testAuthorization(call)
        case "get-organizationconfig": try getOrganization(call)
        case "enable-organizationcustomization": try enableCustomization(call)
        default: throw .unknownCommand(call.name)
        }
    }

    /// What a Get- cmdlet gives for the identity asked: everything without one or with `$null`.
    func found<Item>(
        _ call: CmdletCall, _ items: [Item], by isNamed: (Item, String) -> Bool
    ) throws(CmdletError) -> [Item] {
        guard let identity = call.text("Identity"), !identity.isEmpty else { return items }
        let found = items.filter { isNamed($0, identity) }
        if found.isEmpty {
            guard service.switches.now.unknownIdentityGivesAll else { throw .notFound(identity) }
            return items
        }
        return found
    }

    /// The organization's name in identities.
    var organization: String { service.directory.tenantID }

    private func getOrganization(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing([])
        return [
            [
                "Name": .string(service.directory.domain),
                "IsDehydrated": .bool(!service.switches.now.isCustomized), "EwsEnabled": nil,
                "EnforceExoAppRbacPermissions": false,
            ]
        ]
    }

    private func enableCustomization(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing([])
        guard !service.switches.now.isCustomized else {
            throw CmdletError(
                id: "InvalidOperationException", category: "InvalidOperation",
                message: "This operation is not required. Organization is already enabled for customization.")
        }
        if !call.isRehearsal { service.switches.change { $0.isCustomized = true } }
        return []
    }
}

/// A mailbox or a group.
enum Recipient {
    case mailbox(SimulatedMailbox)
    case group(SimulatedGroup)

    var objectID: String {
        switch self {
        case .mailbox(let mailbox): mailbox.objectID
        case .group(let group): group.objectID
        }
    }

    var name: String {
        switch self {
        case .mailbox(let mailbox): mailbox.displayName
        case .group(let group): group.name
        }
    }

    /// Shared, room and equipment mailboxes are none, and neither are distribution lists and Microsoft 365 groups.
    var isSecurityPrincipal: Bool {
        switch self {
        case .mailbox(let mailbox): mailbox.kind == .user
        case .group(let group): group.kind == .mailEnabledSecurity
        }
    }

    var typeDetails: String {
        switch self {
        case .mailbox(let mailbox): mailbox.kind.recipientTypeDetails
        case .group(let group): group.kind.rawValue
        }
    }

    func json(domain: String) -> JSONValue {
        let address: String
        let alias: String
        var distinguishedName = ""
        var isHidden = false
        switch self {
        case .mailbox(let mailbox):
            (address, alias) = (mailbox.addresses[0], mailbox.alias)
            distinguishedName =
                "CN=\(mailbox.alias),OU=\(domain),OU=Microsoft Exchange Hosted Organizations,DC=EURP250A001,DC=PROD,DC=OUTLOOK,DC=COM"
        case .group(let group):
            (address, alias) = (group.address, group.alias)
            distinguishedName = group.distinguishedName(domain: domain)
            isHidden = group.isHidden
        }
        return [
            "Name": .string(name), "DisplayName": .string(name), "Alias": .string(alias),
            "PrimarySmtpAddress": .string(address), "Guid": .string(objectID),
            "ExternalDirectoryObjectId": .string(objectID), "DistinguishedName": .string(distinguishedName),
            "RecipientTypeDetails": .string(typeDetails),
            "IsValidSecurityPrincipal": .bool(isSecurityPrincipal),
            "Sid": .string(SecurityIdentifier.of(objectID)),
            "HiddenFromAddressListsEnabled": .bool(isHidden),
        ]
    }
}

extension ExchangeShell {
    /// The recipient that `identity` names: by name, alias, address, GUID or distinguished name.
    func recipient(_ identity: String) throws(CmdletError) -> Recipient {
        if let group = group(identity) { return .group(group) }
        if let mailbox = service.directory.mailbox(identity) { return .mailbox(mailbox) }
        let wanted = identity.lowercased()
        let named = service.directory.mailboxes.first {
            $0.alias.lowercased() == wanted || $0.displayName.lowercased() == wanted
        }
        guard let named else { throw .notFound(identity) }
        return .mailbox(named)
    }

    func group(_ identity: String) -> SimulatedGroup? {
        let wanted = identity.lowercased()
        let configuration = service.configuration
        return configuration.groups[wanted]
            ?? configuration.groups.values.first {
                [$0.name, $0.address, $0.alias, $0.sid, $0.distinguishedName(domain: configuration.domain)]
                    .contains { $0.lowercased() == wanted }
            }
    }

    func getRecipients(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "ResultSize", "Filter", "RecipientTypeDetails"])
        let domain = service.directory.domain
        if let identity = call.text("Identity") {
            do throws(CmdletError) {
                return [try recipient(identity).json(domain: domain)]
            } catch {
                guard service.switches.now.unknownIdentityGivesAll else { throw error }
            }
        }
        var mailboxes = service.directory.mailboxes
        if let text = call.text("Filter") {
            guard let filter = RecipientFilter(text) else { throw .filter(text) }
            let configuration = service.configuration
            mailboxes = mailboxes.filter { mailbox in filter.matches { configuration.values(of: $0, mailbox) }
            }
        }
        let wanted = call.texts("RecipientTypeDetails").map { $0.lowercased() }
        return mailboxes.map(Recipient.mailbox)
            .filter { wanted.isEmpty || wanted.contains($0.typeDetails.lowercased()) }
            .map { $0.json(domain: domain) }
    }
}
