internal import FoundationEssentials

/// The directory's administrator.
struct EntraAdministration {
    let tenant: SimulatedTenant

    /// Does what `body` says: `{"action": "grant", "app": CLIENT-ID, "role": "Mail.Read"}`.
    ///
    /// - Returns: the app or mailbox as it is now.
    /// - Throws: ``AdministrationError``.
    func perform(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        switch try body.requiredText("action") {
        case "register-application": return try register(body)
        case "add-certificate":
            let certificate = try certificate(body)
            return try change(body, ["certificate", "start", "end"]) { $0.certificates.append(certificate) }
        case "remove-certificate":
            let thumbprint = try body.requiredText("thumbprint").uppercased()
            return try change(body, ["thumbprint"]) { app in
                app.certificates.removeAll {
                    $0.thumbprint == thumbprint || Hexadecimal.upper($0.sha256) == thumbprint
                }
            }
        case "add-secret":
            let secret = AppSecret(
                value: try body.requiredText("secret"), end: date(body["end"]) ?? .distantFuture)
            return try change(body, ["secret", "end"]) { $0.secrets.append(secret) }
        case "grant":
            let grant = try grant(body)
            return try change(body, ["role", "resource"]) { $0.grants.insert(grant) }
        case "revoke":
            let grant = try grant(body)
            return try change(body, ["role", "resource"]) { $0.grants.remove(grant) }
        case "disable": return try change(body) { $0.isEnabled = false }
        case "enable": return try change(body) { $0.isEnabled = true }
        case "block": return try change(body) { $0.isBlocked = true }
        case "unblock": return try change(body) { $0.isBlocked = false }
        case "remove-service-principal": return try change(body) { $0.hasServicePrincipal = false }
        case "remove-application": return try remove(body)
        case "set-mailbox": return try setMailbox(body)
        case let other:
            throw AdministrationError(
                "there is no action '\(other)'; one of: \(Self.actions.joined(separator: ", "))")
        }
    }

    private static let actions = [
        "add-certificate", "add-secret", "block", "disable", "enable", "grant", "register-application",
        "remove-application", "remove-certificate", "remove-service-principal", "revoke", "set-mailbox",
        "unblock",
    ]

    /// A new app of the tenant, with ids of its own where none is given.
    static func makeApp(_ tenant: SimulatedTenant, appID: String?, displayName: String) -> SimulatedApp {
        // Another stream than the tenant's own ids, and one for each app.
        var random = SeededGenerator(seed: tenant.seed ^ 0xA99 ^ UInt64(tenant.directory.apps.count) << 32)
        var app = SimulatedApp(
            appID: appID ?? random.guid(), registrationID: random.guid(), objectID: random.guid(),
            displayName: displayName)
        app.visible = tenant.clock.now + TimeInterval(tenant.switches.now.entraDelay)
        return app
    }

    private func register(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        try body.allowing(["action", "app", "display-name", "certificate", "start", "end", "roles"])
        let appID = body["app"]?.text
        guard appID.map(GUID.isValid) ?? true else { throw AdministrationError("'app' must be a GUID") }
        guard appID.flatMap({ tenant.directory.app($0) }) == nil else {
            throw AdministrationError("the app is there already")
        }
        var app = Self.makeApp(tenant, appID: appID, displayName: body["display-name"]?.text ?? "mailscope")
        if body["certificate"] != nil { app.certificates = [try certificate(body)] }
        app.grants = Set((body["roles"]?.elements ?? []).compactMap(\.text).map { AppGrant($0) })
        tenant.directory.add(app)
        return app.json
    }

    private func certificate(_ body: JSONValue) throws(AdministrationError) -> RegisteredCertificate {
        let text = try body.requiredText("certificate")
        let bytes =
            text.contains("-----BEGIN")
            ? Array(text.utf8) : Base64.decode(text.filter { !$0.isWhitespace }) ?? []
        let delay = TimeInterval(tenant.switches.now.entraDelay)
        let visible = tenant.clock.now + delay
        guard
            var certificate = RegisteredCertificate(
                reading: bytes, visible: visible, keyID: UUID().uuidString.lowercased())
        else { throw AdministrationError("'certificate' is neither PEM nor the base64 of DER") }
        certificate.spreading = delay
        certificate.start = date(body["start"]) ?? certificate.start
        certificate.end = date(body["end"]) ?? certificate.end
        return certificate
    }

    private func grant(_ body: JSONValue) throws(AdministrationError) -> AppGrant {
        let name = body["resource"]?.text ?? SimulatedResource.graph.rawValue
        guard let resource = SimulatedResource(audience: name) else {
            throw AdministrationError(
                "there is no resource '\(name)'; one of: "
                    + SimulatedResource.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return AppGrant(try body.requiredText("role"), on: resource)
    }

    private func change(
        _ body: JSONValue, _ names: Set<String> = [], _ change: (inout SimulatedApp) -> Void
    ) throws(AdministrationError) -> JSONValue {
        try body.allowing(names.union(["action", "app"]))
        let appID = try body.requiredText("app")
        guard let app = tenant.directory.changeApp(appID, change) else {
            throw AdministrationError("there is no app '\(appID)'")
        }
        return app.json
    }

    /// Exchange's pointer and its assignments go with the app; scopes stay.
    private func remove(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        try body.allowing(["action", "app"])
        let appID = try body.requiredText("app")
        guard let app = tenant.directory.removeApp(appID) else {
            throw AdministrationError("there is no app '\(appID)'")
        }
        tenant.exchange.change { configuration in
            configuration.servicePrincipals.removeAll { $0.objectID == app.objectID }
            configuration.assignments.removeAll { $0.assignee == app.objectID }
        }
        return app.json
    }

    /// Adds a mailbox, or changes the one of that name.
    private func setMailbox(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        try body.allowing([
            "action", "mailbox", "object-id", "addresses", "display-name", "kind", "state", "attributes",
        ])
        let name = try body.requiredText("mailbox")
        var random = SeededGenerator(
            seed: tenant.seed ^ 0xB0C5 ^ UInt64(tenant.directory.mailboxes.count) << 32)
        var mailbox =
            tenant.directory.mailbox(name)
            ?? SimulatedMailbox(
                objectID: body["object-id"]?.text ?? random.guid(), userPrincipalName: name,
                displayName: body["display-name"]?.text)
        if let addresses = body["addresses"]?.elements?.compactMap(\.text), !addresses.isEmpty {
            mailbox.addresses = addresses
        }
        if let text = body["display-name"]?.text { mailbox.displayName = text }
        if let text = body["kind"]?.text {
            guard let kind = SimulatedMailbox.Kind(rawValue: text) else {
                throw AdministrationError("there is no kind '\(text)'; one of: user, shared, room, equipment")
            }
            mailbox.kind = kind
        }
        if let text = body["state"]?.text {
            guard let state = SimulatedMailbox.State(rawValue: text) else {
                throw AdministrationError(
                    "there is no state '\(text)'; one of: active, no-licence, soft-deleted, on-premises, moving"
                )
            }
            mailbox.state = state
        }
        for member in body["attributes"]?.members ?? [] {
            mailbox.attributes[member.name] = member.value.text
        }
        tenant.directory.add(mailbox)
        return mailbox.json(messages: tenant.mail.count(of: mailbox.objectID))
    }

    private func date(_ value: JSONValue?) -> Date? {
        value?.real.map { Date(timeIntervalSince1970: $0) }
    }
}
