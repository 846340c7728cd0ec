extension ExchangeShell {
    /// About 300 policies whose description is one blank, or 100 with the description that is made otherwise.
    private static let policySpace = 300 * policyCost(" ")

    private static func policyCost(_ description: String) -> Int { 100 + description.count }

    func newPolicy(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["AppId", "AccessRight", "PolicyScopeGroupId", "Description"])
        let apps = call.texts("AppId")
        guard !apps.isEmpty else { throw .missingParameter("AppId") }
        for app in apps where app != "*" && !GUID.isValid(app) {
            throw .invalid("AppId", app, "it is no application id.")
        }
        let rightText = try call.required("AccessRight")
        let right = ApplicationAccessPolicy.AccessRight.allCases.first {
            $0.rawValue.lowercased() == rightText.lowercased()
        }
        guard let right else {
            throw .invalid("AccessRight", rightText, "specify one of: RestrictAccess, DenyAccess.")
        }
        let scope = try recipient(try call.required("PolicyScopeGroupId"))
        guard scope.isSecurityPrincipal else { throw .notSecurityPrincipal }
        let policies = apps.map { app in
            ApplicationAccessPolicy(
                appID: app, right: right, scopeObjectID: scope.objectID, scopeName: scope.name,
                description: call.text("Description"))
        }
        if call.isRehearsal { return [] }
        try service.change { configuration throws(CmdletError) in
            for policy in policies {
                let identity = policy.identity(organization: organization)
                guard
                    !configuration.policies.contains(where: {
                        $0.identity(organization: organization) == identity
                    })
                else { throw .exists(identity) }
                configuration.policies.append(policy)
            }
            let used = configuration.policies.reduce(0) { $0 + Self.policyCost($1.description) }
            guard used <= Self.policySpace else { throw .policySpace }
        }
        return policies.map(json)
    }

    func getPolicies(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity"])
        let policies = service.configuration.policies
        if policies.isEmpty, service.switches.now.emptyPolicyListFails {
            throw .notFound(
                "OU=\(service.directory.domain),OU=Microsoft Exchange Hosted Organizations,DC=EURP250A001,DC=PROD,DC=OUTLOOK,DC=COM\\*"
            )
        }
        return try found(call, policies, by: isNamed).map(json)
    }

    func setPolicy(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "Description"])
        let identity = try call.required("Identity")
        try service.change { configuration throws(CmdletError) in
            guard let index = configuration.policies.firstIndex(where: { isNamed($0, identity) }) else {
                throw .notFound(identity)
            }
            if !call.isRehearsal, let text = call.text("Description") {
                configuration.policies[index].description = text
            }
        }
        return []
    }

    func removePolicy(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity"])
        let identity = try call.required("Identity")
        try service.change { configuration throws(CmdletError) in
            guard configuration.policies.contains(where: { isNamed($0, identity) }) else {
                throw .notFound(identity)
            }
            if !call.isRehearsal { configuration.policies.removeAll { isNamed($0, identity) } }
        }
        return []
    }

    /// What policies alone say at this moment, whatever has spread. An app that nobody knows has no policy, so it is
    /// granted everything; so is an app that has no permission at all.
    func testPolicy(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "AppId"])
        let recipient = try recipient(try call.required("Identity"))
        let app = try call.required("AppId")
        let configuration = service.configuration
        let model = AccessModel(
            policies: configuration, assignments: configuration,
            countsNestedGroups: service.switches.now.policiesCountNestedGroups)
        let isAllowed = model.policiesAllow(appID: app, mailbox: recipient.objectID)
        return [
            [
                "AppId": .string(app), "Mailbox": .string(recipient.name),
                "MailboxId": .string(recipient.objectID),
                "MailboxSid": .string(SecurityIdentifier.of(recipient.objectID)),
                "AccessCheckResult": isAllowed ? "Granted" : "Denied",
            ]
        ]
    }

    private func isNamed(_ policy: ApplicationAccessPolicy, _ identity: String) -> Bool {
        policy.identity(organization: organization).lowercased() == identity.lowercased()
    }

    private func json(_ policy: ApplicationAccessPolicy) -> JSONValue {
        [
            "ScopeName": .string(policy.scopeName),
            "ScopeIdentity": .string(policy.scopeName),
            "Identity": .string(policy.identity(organization: organization)), "AppId": .string(policy.appID),
            "ScopeIdentityRaw": .string(policy.rawScope), "Description": .string(policy.description),
            "AccessRight": .string(policy.right.rawValue), "ShardType": "All", "IsValid": true,
            "ObjectState": "Unchanged",
        ]
    }
}
