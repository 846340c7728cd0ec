extension ExchangeShell {
    /// Without any scope parameter the whole organization is open.
    func newAssignment(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing([
            "Name", "Role", "App", "CustomResourceScope", "RecipientAdministrativeUnitScope",
            "RecipientGroupScope",
            "Delegating",
        ])
        guard service.switches.now.isCustomized else { throw .dehydrated }
        let roleName = try call.required("Role")
        guard let role = ApplicationRole.named(roleName) else { throw .notFound(roleName) }
        let pointer = try servicePrincipal(try call.required("App"))
        let scope = try scope(call) ?? .organization
        let name = call.text("Name") ?? "\(role.name)-\(pointer.objectID.prefix(8))-\(defaultName(role))"
        guard name.count <= 64 else { throw .invalid("Name", name, "it has more than 64 characters.") }
        let assignment = RoleAssignment(
            name: name, role: role, assignee: pointer.objectID, scope: scope, isEnabled: true)
        if call.isRehearsal { return [] }
        try service.change { configuration throws(CmdletError) in
            guard !configuration.assignments.contains(where: { isNamed($0, name) }) else {
                throw .exists(name)
            }
            configuration.assignments.append(assignment)
        }
        return [json(assignment)]
    }

    func getAssignments(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "RoleAssignee", "Role", "Enabled"])
        var assignments = try found(call, service.configuration.assignments, by: isNamed)
        if let assignee = call.text("RoleAssignee") {
            let pointer = try servicePrincipal(assignee)
            assignments.removeAll { $0.assignee != pointer.objectID }
        }
        if let role = call.text("Role") {
            assignments.removeAll { $0.role.name.lowercased() != role.lowercased() }
        }
        if let isEnabled = call.truth("Enabled") { assignments.removeAll { $0.isEnabled != isEnabled } }
        return assignments.map(json)
    }

    func setAssignment(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing([
            "Identity", "CustomResourceScope", "RecipientAdministrativeUnitScope", "RecipientGroupScope",
            "Enabled",
        ])
        let name = try call.required("Identity")
        let scope = try scope(call)
        try service.change { configuration throws(CmdletError) in
            guard let index = configuration.assignments.firstIndex(where: { isNamed($0, name) }) else {
                throw .notFound(name)
            }
            if call.isRehearsal { return }
            if let scope { configuration.assignments[index].scope = scope }
            if let isEnabled = call.truth("Enabled") {
                configuration.assignments[index].isEnabled = isEnabled
            }
        }
        return []
    }

    func removeAssignment(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity"])
        let name = try call.required("Identity")
        try service.change { configuration throws(CmdletError) in
            guard configuration.assignments.contains(where: { isNamed($0, name) }) else {
                throw .notFound(name)
            }
            if !call.isRehearsal { configuration.assignments.removeAll { isNamed($0, name) } }
        }
        return []
    }

    /// A row for each assignment, whatever has spread; knows nothing of Entra's grants.
    func testAuthorization(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "Resource"])
        let pointer = try servicePrincipal(try call.required("Identity"))
        var mailbox: SimulatedMailbox?
        if let name = call.text("Resource") {
            guard case .mailbox(let found) = try recipient(name) else { throw .notFound(name) }
            mailbox = found
        }
        let configuration = service.configuration
        return configuration.assignments.filter { $0.assignee == pointer.objectID && $0.isEnabled }.map {
            assignment in
            let inScope: JSONValue =
                mailbox.map { configuration.contains($0, in: assignment.scope) ? "True" : "False" }
                ?? "Not Run"
            return [
                "RoleName": .string(assignment.role.name),
                "GrantedPermissions": .string(assignment.role.permissions.joined(separator: ", ")),
                "AllowedResourceScope": .string(scopeName(assignment.scope)),
                "ScopeType": .string(scopeType(assignment.scope)), "InScope": inScope,
            ]
        }
    }

    private func scope(_ call: CmdletCall) throws(CmdletError) -> RoleAssignment.Scope? {
        let given = ["CustomResourceScope", "RecipientAdministrativeUnitScope", "RecipientGroupScope"]
            .filter { call.text($0) != nil }
        guard given.count <= 1 else {
            throw CmdletError(
                id: "AmbiguousParameterSet", category: "InvalidArgument",
                message:
                    "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used together or an insufficient number of parameters were provided."
            )
        }
        let configuration = service.configuration
        if let name = call.text("CustomResourceScope") {
            guard let scope = configuration.scopes.first(where: { $0.name.lowercased() == name.lowercased() })
            else {
                throw .notFound(name)
            }
            return .managementScope(scope.name)
        }
        if let name = call.text("RecipientGroupScope") {
            guard let group = group(name) else { throw .notFound(name) }
            return .group(objectID: group.objectID)
        }
        if let name = call.text("RecipientAdministrativeUnitScope") {
            guard configuration.administrativeUnits[name] != nil else { throw .notFound(name) }
            return .administrativeUnit(name)
        }
        return nil
    }

    private func defaultName(_ role: ApplicationRole) -> Int {
        service.configuration.assignments.count { $0.role == role } + 1
    }

    private func isNamed(_ assignment: RoleAssignment, _ name: String) -> Bool {
        assignment.name.lowercased() == name.lowercased()
    }

    private func scopeName(_ scope: RoleAssignment.Scope) -> String {
        switch scope {
        case .organization: "Organization"
        case .managementScope(let name), .administrativeUnit(let name): name
        case .group(let id): service.configuration.groups[id]?.name ?? id
        }
    }

    private func scopeType(_ scope: RoleAssignment.Scope) -> String {
        switch scope {
        case .organization: "Organization"
        case .managementScope: "CustomRecipientScope"
        case .administrativeUnit: "AdministrativeUnit"
        case .group: "Group"
        }
    }

    private func json(_ assignment: RoleAssignment) -> JSONValue {
        let assignee = service.configuration.servicePrincipals.first { $0.objectID == assignment.assignee }
        var custom = JSONValue.null
        if case .managementScope(let name) = assignment.scope { custom = .string(name) }
        return [
            "Name": .string(assignment.name), "Identity": .string(assignment.name),
            "Role": .string(assignment.role.name),
            "RoleAssigneeName": .string(assignee?.displayName ?? assignment.assignee),
            "RoleAssigneeType": "ServicePrincipal", "RoleAssignee": .string(assignment.assignee),
            "AssignmentMethod": "Direct",
            "RecipientWriteScope": .string(scopeType(assignment.scope)), "CustomResourceScope": custom,
            "Enabled": .bool(assignment.isEnabled),
        ]
    }
}
