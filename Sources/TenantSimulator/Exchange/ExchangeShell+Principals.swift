extension ExchangeShell {
    /// `ObjectId` is the service principal's; the registration's own object id is a stranger here.
    func newServicePrincipal(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["AppId", "ObjectId", "ServiceId", "DisplayName"])
        let appID = try call.required("AppId").lowercased()
        guard let objectID = (call.text("ObjectId") ?? call.text("ServiceId"))?.lowercased() else {
            throw .missingParameter("ObjectId")
        }
        guard let app = service.directory.app(objectID: objectID), app.appID == appID,
            app.hasServicePrincipal,
            app.visible <= service.clock.now
        else { throw .noServicePrincipal(objectID) }
        let pointer = ExchangeServicePrincipal(
            appID: appID, objectID: objectID, displayName: call.text("DisplayName") ?? app.displayName)
        if call.isRehearsal { return [] }
        try service.change { configuration throws(CmdletError) in
            guard !configuration.servicePrincipals.contains(where: { $0.objectID == objectID }) else {
                throw .exists(objectID)
            }
            configuration.servicePrincipals.append(pointer)
        }
        return [json(pointer)]
    }

    func getServicePrincipals(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity"])
        return try found(call, service.configuration.servicePrincipals, by: isNamed).map(json)
    }

    func setServicePrincipal(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity", "DisplayName"])
        let pointer = try servicePrincipal(try call.required("Identity"))
        guard !call.isRehearsal, let name = call.text("DisplayName") else { return [] }
        service.change { configuration in
            for index in configuration.servicePrincipals.indices
            where configuration.servicePrincipals[index].objectID == pointer.objectID {
                configuration.servicePrincipals[index].displayName = name
            }
        }
        return []
    }

    func removeServicePrincipal(_ call: CmdletCall) throws(CmdletError) -> [JSONValue] {
        try call.allowing(["Identity"])
        let pointer = try servicePrincipal(try call.required("Identity"))
        if call.isRehearsal { return [] }
        service.change { configuration in
            configuration.servicePrincipals.removeAll { $0.objectID == pointer.objectID }
            configuration.assignments.removeAll { $0.assignee == pointer.objectID }
        }
        return []
    }

    /// The pointer that is named by object id, client id or display name.
    func servicePrincipal(_ identity: String) throws(CmdletError) -> ExchangeServicePrincipal {
        guard let pointer = service.configuration.servicePrincipals.first(where: { isNamed($0, identity) })
        else {
            throw .notFound(identity)
        }
        return pointer
    }

    private func isNamed(_ pointer: ExchangeServicePrincipal, _ identity: String) -> Bool {
        [pointer.objectID, pointer.appID, pointer.displayName.lowercased()].contains(identity.lowercased())
    }

    private func json(_ pointer: ExchangeServicePrincipal) -> JSONValue {
        [
            "DisplayName": .string(pointer.displayName), "AppId": .string(pointer.appID),
            "ObjectId": .string(pointer.objectID), "ServiceId": .string(pointer.objectID),
            "Identity": .string(pointer.objectID),
        ]
    }
}
