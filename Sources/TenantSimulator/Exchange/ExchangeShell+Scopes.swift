extension ExchangeShell {
    func newScope(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Name", "RecipientRestrictionFilter", "RecipientRoot", "Exclusive"])
        guard service.switches.now.isCustomized else { throw .dehydrated }
        let name = try call.required("Name")
        guard name.count <= 64 else { throw .invalid("Name", name, "it has more than 64 characters.") }
        let scope = ManagementScope(
            name: name, filter: try filter(call), isExclusive: call.truth("Exclusive") ?? false)
        if call.isRehearsal { return [] }
        try service.change { configuration throws(CmdletError) in
            guard !configuration.scopes.contains(where: { isNamed($0, name) }) else { throw .exists(name) }
            configuration.scopes.append(scope)
        }
        return [json(scope)]
    }

    func getScopes(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "Orphan", "Exclusive"])
        let configuration = service.configuration
        var scopes = try found(call, configuration.scopes, by: isNamed)
        if call.truth("Orphan") ?? false { scopes.removeAll { isUsed($0.name, configuration) } }
        return scopes.map(json)
    }

    func setScope(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "RecipientRestrictionFilter", "RecipientRoot"])
        let name = try call.required("Identity")
        let filter = try filter(call)
        try service.change { configuration throws(CmdletError) in
            guard let index = configuration.scopes.firstIndex(where: { isNamed($0, name) }) else {
                throw .notFound(name)
            }
            if !call.isRehearsal { configuration.scopes[index].filter = filter }
        }
        return []
    }

    func removeScope(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity"])
        let name = try call.required("Identity")
        try service.change { configuration throws(CmdletError) in
            guard configuration.scopes.contains(where: { isNamed($0, name) }) else { throw .notFound(name) }
            guard !isUsed(name, configuration) else { throw .inUse(name) }
            if !call.isRehearsal { configuration.scopes.removeAll { isNamed($0, name) } }
        }
        return []
    }

    private func filter(_ call: CmdletCall) throws(CmdletError) -> RecipientFilter {
        let text = try call.required("RecipientRestrictionFilter")
        guard let filter = RecipientFilter(text) else { throw .filter(text) }
        return filter
    }

    private func isNamed(_ scope: ManagementScope, _ name: String) -> Bool {
        scope.name.lowercased() == name.lowercased()
    }

    private func isUsed(_ name: String, _ configuration: ExchangeConfiguration) -> Bool {
        configuration.assignments.contains {
            if case .managementScope(let used) = $0.scope {
                used.lowercased() == name.lowercased()
            } else {
                false
            }
        }
    }

    private func json(_ scope: ManagementScope) -> JSONValue {
        [
            "Name": .string(scope.name), "ScopeRestrictionType": "RecipientScope",
            "Exclusive": .bool(scope.isExclusive), "RecipientRoot": "",
            "RecipientFilter": .string(scope.filter.text), "Identity": .string(scope.name),
        ]
    }
}
