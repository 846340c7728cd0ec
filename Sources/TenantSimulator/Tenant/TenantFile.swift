internal import FoundationEssentials
internal import YAMLDocument

/// A tenant described by a YAML file. Paths in it are relative to the file.
package enum TenantFile {
    /// Makes the tenant that the file at `path` describes.
    ///
    /// - Throws: ``TenantFileError``, where the file cannot be read too.
    package static func load(
        _ path: String, clock: SimulatorClock = SimulatorClock()
    ) throws(TenantFileError) -> SimulatedTenant {
        let file = URL(filePath: path)
        let bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: file)) } catch {
            let complaint = FileComplaint(error, at: path)
            throw TenantFileError(faults: [(complaint.text, complaint.hint)])
        }
        do throws(YAMLFindings) {
            let top = try YAMLMapping(file: path, bytes: bytes)
            let tenant = read(top, folder: file.deletingLastPathComponent(), clock: clock)
            try top.finish()
            return tenant
        } catch {
            throw TenantFileError(faults: error.findings.map { ($0.description, $0.hint) })
        }
    }

    /// The paths of all keys that such a file may have.
    package static var keys: [String] {
        let survey = YAMLMapping.survey()
        _ = read(survey, folder: URL(filePath: "/"), clock: SimulatorClock())
        return survey.askedPaths
    }

    private static func read(_ top: YAMLMapping, folder: URL, clock: SimulatorClock) -> SimulatedTenant {
        let tenant = SimulatedTenant(
            tenantID: top.optional("tenant", .guid),
            domain: top.optional("domain", .text()) ?? "contoso.test",
            seed: UInt64(top.optional("seed", .int(0...1_000_000_000)) ?? 1), clock: clock)
        _ = top.mappings("mailboxes") { readMailbox($0, tenant, folder) }
        _ = top.mappings("apps") { readApp($0, tenant, folder) }
        let shell = ExchangeShell(service: tenant.exchange)
        _ = top.mappings("groups") { readGroup($0, shell) }
        _ = top.mappings("policies") { readPolicy($0, shell) }
        _ = top.mappings("role-assignments") { readAssignment($0, tenant, shell) }
        // Last: what the file describes has spread long ago.
        readSwitches(top.mapping("switches"), tenant)
        return tenant
    }

    private static func readMailbox(_ item: YAMLMapping, _ tenant: SimulatedTenant, _ folder: URL) {
        var random = SeededGenerator(
            seed: tenant.seed ^ 0xB0C5 ^ UInt64(tenant.directory.mailboxes.count) << 32)
        let address = item.required("address", .text(example: "a@contoso.test"))
        let objectID = item.optional("object-id", .guid) ?? random.guid()
        let name = item.optional("user-principal-name", .text()) ?? address ?? ""
        let attributes = item.mapping("attributes")
        let mailbox = SimulatedMailbox(
            objectID: objectID, userPrincipalName: name,
            addresses: [address ?? ""] + (item.list("aliases", .text()) ?? []),
            displayName: item.optional("name", .text()),
            kind: item.optional(
                "kind", .choice(["user": .user, "shared": .shared, "room": .room, "equipment": .equipment]))
                ?? .user,
            state: item.optional(
                "state",
                .choice([
                    "active": .active, "no-licence": .noLicence, "soft-deleted": .softDeleted,
                    "on-premises": .onPremises, "moving": .moving,
                ])) ?? .active,
            attributes: Dictionary(
                uniqueKeysWithValues: attributes.keys.compactMap { key in
                    attributes.optional(key, .text()).map { (key, $0) }
                }))
        let messages = item.optional("messages", .int(0...10_000_000))
        let files = item.optional("eml", .text("a folder", example: "mail"))
        guard address != nil else { return }
        tenant.directory.add(mailbox)
        if let messages { tenant.fill(mailbox, messages: messages) }
        if let files {
            let path = URL(filePath: files, relativeTo: folder).path
            do { try tenant.mail.addFiles(of: path, of: objectID) } catch {
                let complaint = FileComplaint(error, at: path)
                item.find("eml", complaint.text, hint: complaint.hint)
            }
        }
    }

    private static func readApp(_ item: YAMLMapping, _ tenant: SimulatedTenant, _ folder: URL) {
        let id = item.optional("id", .guid)
        var app = EntraAdministration.makeApp(
            tenant, appID: id, displayName: item.optional("name", .text()) ?? "mailscope")
        if let objectID = item.optional("object-id", .guid) {
            app = SimulatedApp(
                appID: app.appID, registrationID: app.registrationID, objectID: objectID,
                displayName: app.displayName)
        }
        app.isEnabled = item.optional("enabled", .bool) ?? true
        app.grants = Set(
            (item.list("grants", .text(example: "Mail.Read")) ?? []).map { AppGrant($0) }
                + (item.list("exchange-grants", .text(example: "full_access_as_app")) ?? []).map {
                    AppGrant($0, on: .exchange)
                })
        if let secret = item.optional("secret", .text()) {
            app.secrets = [AppSecret(value: secret, end: .distantFuture)]
        }
        for (index, path) in (item.list("certificates", .text("a file", example: "app.pem")) ?? [])
            .enumerated()
        {
            let data = try? Data(contentsOf: URL(filePath: path, relativeTo: folder))
            let certificate = data.flatMap {
                RegisteredCertificate(
                    reading: [UInt8]($0), keyID: "00000000-0000-4000-8000-00000000000\(index)")
            }
            if let certificate {
                app.certificates.append(certificate)
            } else {
                item.find(
                    "certificates", "'\(path)' holds no certificate, or cannot be read",
                    hint: "name a file in PEM or DER")
            }
        }
        tenant.directory.add(app)
    }

    private static func readGroup(_ item: YAMLMapping, _ shell: ExchangeShell) {
        let name = item.required("name", .text())
        let address = item.optional("address", .text(example: "readers@contoso.test"))
        let kind = item.optional("kind", .choice(["security": "Security", "distribution": "Distribution"]))
        let members = item.list("members", .text(example: "a@contoso.test"))
        run(
            shell, item, "New-DistributionGroup",
            [
                ("Name", name), ("Type", kind ?? "Security"), ("PrimarySmtpAddress", address),
            ], list: ("Members", members))
    }

    private static func readPolicy(_ item: YAMLMapping, _ shell: ExchangeShell) {
        run(
            shell, item, "New-ApplicationAccessPolicy",
            [
                ("AppId", item.required("app", .text("a client id or *"))),
                ("AccessRight", item.required("right", .text(example: "RestrictAccess"))),
                ("PolicyScopeGroupId", item.required("scope", .text("a group"))),
                ("Description", item.optional("description", .text())),
            ])
    }

    private static func readAssignment(_ item: YAMLMapping, _ tenant: SimulatedTenant, _ shell: ExchangeShell)
    {
        let app = item.required("app", .guid)
        let role = item.required("role", .text(example: "Application Mail.Read"))
        let filter = item.optional("filter", .text(example: "Alias -eq 'a'"))
        let group = item.optional("group", .text())
        let name = item.optional("name", .text())
        guard let app, let role else { return }
        if let known = tenant.directory.app(app) {
            let isPointed = tenant.exchange.configuration.servicePrincipals.contains {
                $0.objectID == known.objectID
            }
            if !isPointed {
                run(shell, item, "New-ServicePrincipal", [("AppId", app), ("ObjectId", known.objectID)])
            }
        }
        let scope = filter.map { _ in "scope-\(tenant.exchange.configuration.scopes.count + 1)" }
        if let scope {
            run(
                shell, item, "New-ManagementScope", [("Name", scope), ("RecipientRestrictionFilter", filter)])
        }
        run(
            shell, item, "New-ManagementRoleAssignment",
            [
                ("Name", name), ("Role", role), ("App", app), ("CustomResourceScope", scope),
                ("RecipientGroupScope", group),
            ])
    }

    private static func readSwitches(_ item: YAMLMapping, _ tenant: SimulatedTenant) {
        for name in TenantSwitches.names + GraphSwitches.names {
            guard let text = item.optional(name, .text("a number or true or false")) else { continue }
            var isSet = false
            tenant.switches.change { isSet = $0.set(name, to: text) }
            if !isSet { tenant.graph.change { isSet = $0.set(name, to: text) } }
            if !isSet { item.find(name, "cannot be '\(text)'", hint: nil) }
        }
    }

    private static func run(
        _ shell: ExchangeShell, _ item: YAMLMapping, _ cmdlet: String, _ parameters: [(String, String?)],
        list: (name: String, values: [String]?)? = nil
    ) {
        guard item.isPresent else { return }
        var members = parameters.compactMap { name, value in
            value.map { JSONMember(name: name, value: .string($0)) }
        }
        if let list, let values = list.values {
            members.append(JSONMember(name: list.name, value: .array(values.map { .string($0) })))
        }
        do throws(CmdletError) {
            try shell.run(CmdletCall(name: cmdlet, parameters: members))
        } catch {
            item.find("", error.message, hint: nil)
        }
    }
}

/// All faults of a tenant's file, each with its place, and what mends it where that is known.
package struct TenantFileError: Error {
    package let faults: [(text: String, hint: String?)]
}
