import FoundationEssentials

extension AccessEvidence {
    /// The evidence of these files: at most one from Exchange and one from the directory. Whatever they leave out stays a gap.
    ///
    /// - Throws: ``EvidenceError`` where a file is no evidence, or one half is there twice.
    package init(_ files: [(name: String, bytes: [UInt8])]) throws(EvidenceError) {
        self.init()
        var seen: Set<String> = []
        var askedFor: [(file: String, id: String)] = []
        for (name, bytes) in files {
            let file = try EvidenceFile(name: name, bytes: bytes)
            guard seen.insert(file.schema).inserted else {
                throw .twice(file: name, schema: file.schema)
            }
            note(\.tenantID, file.root["tenantId"].key, "tenant", name)
            note(\.clientID, file.root["clientId"].key, "client id", name)
            if let taken = file.root["taken"].string { self.taken.append(taken) }
            if !file.saysWhatWasNotRead {
                conflicts.append(
                    "\(name) does not say what could not be read, so nothing in it is known to be all")
            }
            if let id = file.root["wantedServicePrincipalId"].key { askedFor.append((name, id)) }
            if file.schema == EvidenceFile.exchange {
                readExchange(file)
            } else {
                readDirectory(file)
                if servicePrincipalID == nil {
                    conflicts.append("\(name) does not say the object id of its enterprise application")
                }
            }
        }
        for (file, id) in askedFor where servicePrincipalID.map({ $0 != id }) == true {
            conflicts.append("\(file) was taken for the enterprise application \(id), which is not the app's")
        }
        noteOtherRun()
    }

    /// Halves that were taken more than a day apart are not of one tenant's state.
    private mutating func noteOtherRun() {
        let times = taken.compactMap { try? Date($0, strategy: .iso8601) }
        guard let first = times.min(), let last = times.max(), last.timeIntervalSince(first) > 86_400 else {
            return
        }
        conflicts.append("the files were taken more than a day apart: \(taken.joined(separator: " and "))")
    }

    private mutating func note(
        _ path: WritableKeyPath<AccessEvidence, String?>, _ value: String?, _ what: String, _ file: String
    ) {
        guard let value else {
            conflicts.append("\(file) does not say its \(what)")
            return
        }
        if let other = self[keyPath: path], other != value {
            conflicts.append("the files are of two \(what)s: \(other) and \(value)")
        }
        self[keyPath: path] = value
    }

    // MARK: Directory

    private mutating func readDirectory(_ file: EvidenceFile) {
        servicePrincipalID = file.root["servicePrincipalId"].key
        grants = file.section("appRoleAssignments") { row in
            row["appRoleId"].key.map {
                Grant(appRoleID: $0, value: row["value"].string, resourceAppID: row["resourceAppId"].key)
            }
        }
        delegatedGrants = file.section("delegatedGrants") { row in
            guard case .text(let scopes) = row["scope"] else { return nil }
            return DelegatedGrant(
                scopes: scopes.split(separator: " ").map(String.init),
                isForEverybody: row["consentType"].key == "allprincipals")
        }
        directoryRoles = file.section("directoryRoles") { Self.role($0, isEligibleOnly: false) }
        let eligible = file.section("eligibleDirectoryRoles") { Self.role($0, isEligibleOnly: true) }
        directoryRoles.rows += eligible.rows
        directoryRoles.gaps += eligible.gaps
        // Roles come through groups, too.
        let memberships = file.section("memberships") { $0["@odata.type"].key == nil ? nil : $0 }
        directoryRoles.gaps += memberships.gaps
        for row in memberships.rows where row["@odata.type"].key?.hasSuffix("directoryrole") == true {
            let name = row["displayName"].string ?? row["id"].string ?? "a role"
            directoryRoles.rows.append(DirectoryRole(definition: name, scope: nil))
        }
        owners = file.section("owners") { row in
            let owner = row["owner"].isObject ? row["owner"] : row
            return owner["id"].key.map { Owner(objectID: $0, name: owner["displayName"].string) }
        }
        credentials = file.section("credentials") { row in
            let credential = row["credential"].isObject ? row["credential"] : row
            return Credential(
                kind: row["kind"].string ?? "credential", name: credential["displayName"].string,
                end: credential["endDateTime"].string)
        }
        for row in file.root["federatedCredentials"].elements ?? [] where row.isObject {
            credentials.rows.append(
                Credential(kind: "federatedCredentials", name: row["name"].string, end: nil))
        }
    }

    private static func role(_ row: EvidenceValue, isEligibleOnly: Bool) -> DirectoryRole? {
        row["roleDefinitionId"].key.map {
            DirectoryRole(
                definition: $0, scope: row["directoryScopeId"].string, isEligibleOnly: isEligibleOnly)
        }
    }

    // MARK: Exchange

    private mutating func readExchange(_ file: EvidenceFile) {
        policies = file.section("applicationAccessPolicies", Self.policy)
        groups = file.section("groups", Self.group)
        pointers = file.section("servicePrincipals") { row in
            row["ObjectId"].key.map {
                Pointer(objectID: $0, appID: row["AppId"].key, name: row["DisplayName"].string)
            }
        }
        assignments = file.section("roleAssignments", Assignment.init)
        scopes = file.section("managementScopes", Self.scope)
        mailboxPermissions = Self.permissions(file)
        mailboxesLookedAt = file.root["mailboxPermissionsReadOf"].strings?.map { $0.lowercased() }
        if file.root.has("mailboxes") { recipients = file.section("mailboxes", Self.recipient) }
        let impersonation = file.section("impersonation") { $0["RoleAssigneeName"].key }
        impersonators = impersonation.rows
        doorGaps = impersonation.gaps
        guard assignments.rows.isEmpty else { return }
        for row in file.root["mailboxes"].elements ?? []
        where (row["RoleTest"].elements ?? []).contains(where: { $0["InScope"].bool == true }) {
            conflicts.append(
                "Test-ServicePrincipalAuthorization gives the app a role for \(row["Address"].string ?? "a mailbox"), and no assignment is listed"
            )
        }
    }

    private static func policy(_ row: EvidenceValue) -> Policy? {
        guard let apps = row["AppId"].strings else { return nil }
        let right: Policy.Right? =
            switch row["AccessRight"].key {
            case "restrictaccess": .restrictAccess
            case "denyaccess": .denyAccess
            default: nil
            }
        let scope = row["ScopeIdentityRaw"].key.flatMap { $0.split(separator: ";").last.map(String.init) }
        return Policy(
            identity: row["Identity"].string ?? "without identity",
            appIDs: apps.flatMap { $0.lowercased().split { $0 == "," || $0 == " " }.map(String.init) },
            right: right, scopeID: scope.flatMap { PlainGUID.isOne($0) ? $0 : nil },
            scopeName: row["ScopeName"].string, isValid: row["IsValid"].bool ?? true)
    }

    private static func group(_ row: EvidenceValue) -> Group? {
        guard let id = row["ObjectId"].key else { return nil }
        let facts = row["Facts"].isObject ? row["Facts"] : row
        let kind = row["Kind"].key
        return Group(
            objectID: id, name: facts["Name"].string, address: facts["PrimarySmtpAddress"].key,
            distinguishedName: facts["DistinguishedName"].string,
            type: facts["RecipientTypeDetails"].key ?? (kind == "unknown" ? nil : kind),
            isFound: row["Found"].bool ?? true,
            members: EvidenceFile.section(row["Members"], at: "$.groups of \(id).Members", member))
    }

    private static func member(_ row: EvidenceValue) -> Member? {
        Member(
            objectID: row["ExternalDirectoryObjectId"].key, address: row["PrimarySmtpAddress"].key,
            type: row["RecipientTypeDetails"].key)
    }

    private static func scope(_ row: EvidenceValue) -> Scope? {
        guard let name = row["Name"].string else { return nil }
        var recipients: EvidenceSection<Member>?
        if row["IsEvaluated"].bool == true {
            recipients = EvidenceFile.section(
                row["Recipients"], at: "$.managementScopes of \(name).Recipients", member)
            if row["IsCut"].bool != false {
                recipients?.gaps.append("the scope '\(name)' holds more than the evidence lists")
            }
        }
        return Scope(
            name: name, filter: row["RecipientFilter"].string, root: row["RecipientRoot"].string,
            isExclusive: row["Exclusive"].bool ?? false, recipients: recipients)
    }

    private static func permissions(_ file: EvidenceFile) -> EvidenceSection<MailboxPermission> {
        var section = file.section("mailboxPermissions") { row -> MailboxPermission? in
            let permission = row["Permission"].isObject ? row["Permission"] : row
            guard let mailbox = row["Mailbox"].key ?? row["Identity"].key else { return nil }
            // A denial opens nothing.
            var rights = permission["AccessRights"].strings ?? []
            if rights.isEmpty { rights = ["unknown"] }
            if permission["Deny"].bool == true { rights = [] }
            return MailboxPermission(mailbox: mailbox, rights: rights)
        }
        section.rows.removeAll { $0.rights.isEmpty }
        return section
    }

    private static func recipient(_ row: EvidenceValue) -> Recipient? {
        let facts = row["Facts"].isObject ? row["Facts"] : row
        let address = row["Address"].key ?? facts["PrimarySmtpAddress"].key
        guard facts["ExternalDirectoryObjectId"].key != nil || address != nil else { return nil }
        var addresses = facts["EmailAddresses"].strings?.map { $0.lowercased() }.compactMap { text in
            text.hasPrefix("smtp:") ? String(text.dropFirst(5)) : text.contains(":") ? nil : text
        }
        if let primary = facts["PrimarySmtpAddress"].key, addresses?.contains(primary) == false {
            addresses?.append(primary)
        }
        let test = (row["PolicyTest"].elements ?? []).first?["AccessCheckResult"].key
        return Recipient(
            objectID: facts["ExternalDirectoryObjectId"].key, address: address, addresses: addresses,
            userPrincipalName: facts["UserPrincipalName"].key, alias: facts["Alias"].key, policyTest: test,
            isFound: row["Facts"].isObject || !row.has("Facts"))
    }
}
