import MailscopeKit
import OpenSSLIdentity
import YAMLDocument

extension PolicySpecification {
    /// The specification in `top`; nil, and findings, where something is wrong.
    static func read(_ top: YAMLMapping, place: FilePlace, method override: PolicyMethod?)
        -> PolicySpecification?
    {
        let keys = Keys(top)
        for (name, example) in [
            ("tenant", "id: 00000000-0000-0000-0000-000000000000"), ("application", "name: Invoice reader"),
        ]
        where !top.has(name) {
            top.find(name, "is missing", hint: "add the lines '\(name):' and '  \(example)'")
        }
        let tenantID = keys.tenant.required("id", .guid)
        let domain = keys.tenant.required("domain", .text("a domain", example: "contoso.onmicrosoft.com"))
        let application = application(keys.application, place)
        let mailboxes = mailboxes(top, keys)
        let permissions = permissions(top)
        let method = method(top)
        let group = group(keys.group)
        let scope = top.optional("scope", .text("a name", example: "mailscope invoices"))
        let closed = top.list("closed", .address) ?? []
        refuseDangers(top, keys.group)
        // What is missing has been found already; stand-ins let the rest be looked at all the same.
        let specification = PolicySpecification(
            tenantID: tenantID ?? "00000000-0000-0000-0000-000000000000",
            domain: domain ?? "contoso.onmicrosoft.com",
            application: application ?? Application(name: "missing"),
            mailboxes: mailboxes ?? [Mailbox(address: "missing@example.com")],
            permissions: permissions ?? [.mailRead], method: override ?? method ?? .rbac,
            group: group, scope: scope, closed: closed)
        let objections = specification.objections()
        for objection in objections { keys.find(objection) }
        guard tenantID != nil, domain != nil, application != nil, mailboxes != nil,
            override ?? method != nil, objections.isEmpty
        else { return nil }
        return specification
    }

    private static func application(_ keys: YAMLMapping, _ place: FilePlace) -> Application? {
        let name = keys.required("name", .text("a name", example: "Invoice reader"))
        let clientID = keys.optional("client-id", .guid)
        let objectID = keys.optional("object-id", .guid)
        let path = place.path(
            keys.optional("certificate", .text("the path of a PEM file", example: "certificate.pem")),
            at: "certificate", of: keys)
        let certificate = path.flatMap { path -> String? in
            do throws(IdentityError) {
                return try CertificateText.base64(ofFile: path)
            } catch {
                keys.find(
                    "certificate", "\(error)",
                    hint: "name the public certificate in PEM, relative to this file")
                return nil
            }
        }
        return name.map {
            Application(name: $0, clientID: clientID, servicePrincipalID: objectID, certificate: certificate)
        }
    }

    private static func mailboxes(_ top: YAMLMapping, _ keys: Keys) -> [Mailbox]? {
        let example = "write it as '- address: invoices@contoso.com', a line for each"
        switch top.value("mailboxes")?.content {
        case .scalar(let text, _)?
        where ["*", "all", "any", "everyone", "tenant"].contains(text.lowercased()):
            top.find(
                "mailboxes",
                "'\(text)' would open every mailbox of the organization, which is what a policy is there to prevent",
                hint: example)
            return nil
        case .scalar?, .mapping?:
            top.find("mailboxes", "takes a list", hint: example)
            return nil
        case .sequence(let elements)?:
            if elements.contains(where: { if case .mapping = $0.content { false } else { true } }) {
                top.find("mailboxes", "takes keys for each mailbox", hint: example)
                return nil
            }
        case nil: break
        }
        var isWhole = true
        let found = top.mappings("mailboxes") { mailbox -> Mailbox? in
            let address = mailbox.required(
                "address", .text("a mail address", example: "invoices@contoso.com"))
            let objectID = mailbox.optional("object-id", .guid)
            if mailbox.has("object-id"), objectID == nil { isWhole = false }
            guard let address else {
                isWhole = false
                return nil
            }
            keys.mailboxes.append(mailbox)
            return Mailbox(address: address, objectID: objectID)
        }
        return isWhole ? found : nil
    }

    private static func permissions(_ top: YAMLMapping) -> [PolicyPermission]? {
        let found = top.list(
            "permissions",
            .choice(["Mail.Read": PolicyPermission.mailRead, "Mail.ReadBasic": .mailReadBasic]))
        // A list of faulty words has been found already, and is not an empty one.
        if case .sequence(let elements)? = top.value("permissions")?.content, elements.count != found?.count {
            return nil
        }
        return found
    }

    private static func method(_ top: YAMLMapping) -> PolicyMethod? {
        if case .scalar(let text, _)? = top.value("method")?.content,
            ["none", "tenant", "consent", "all"].contains(text.lowercased())
        {
            top.find(
                "method", "'\(text)' confines nothing: the permission alone opens every mailbox",
                hint: "write 'method: rbac' or 'method: application-access-policy'")
            return nil
        }
        return top.required(
            "method", .choice(["application-access-policy": .applicationAccessPolicy, "rbac": .rbac]))
    }

    private static func group(_ keys: YAMLMapping) -> Group? {
        let name = keys.required("name", .text("a name", example: "mailscope invoices"))
        let address = keys.required(
            "address", .text("a mail address", example: "mailscope-invoices@contoso.com"))
        let owner = keys.required("owner", .text("a mail address", example: "admin@contoso.com"))
        guard let name, let address, let owner else { return nil }
        return Group(name: name, address: address, owner: owner)
    }

    /// Wishes that a policy could express and that would not confine the app.
    private static func refuseDangers(_ top: YAMLMapping, _ group: YAMLMapping) {
        let right = top.optional("access-right", .text("RestrictAccess", example: "RestrictAccess"))
        if let right, right != "RestrictAccess" {
            top.find(
                "access-right",
                right == "DenyAccess"
                    ? "DenyAccess closes the group's mailboxes and leaves every other one open, new ones too"
                    : "takes RestrictAccess, not '\(right)'",
                hint: "remove it: RestrictAccess is what is written, and it opens the named mailboxes only")
        }
        let kind = group.optional("kind", .text("security", example: "security"))
        if let kind, kind != "security" {
            group.find(
                "kind",
                kind.hasPrefix("dynamic")
                    ? "a dynamic group is no security principal, and whoever edits an attribute would open a mailbox"
                    : "takes security, not '\(kind)': Exchange takes no other group for an access policy",
                hint: "remove it: a closed, hidden, mail-enabled security group is made")
        }
    }

    /// Where a finding stands.
    private final class Keys {
        let top: YAMLMapping
        let tenant: YAMLMapping
        let application: YAMLMapping
        let group: YAMLMapping
        var mailboxes: [YAMLMapping] = []

        init(_ top: YAMLMapping) {
            self.top = top
            tenant = top.mapping("tenant")
            application = top.mapping("application")
            group = top.mapping("group")
        }

        func find(_ objection: PolicyObjection) {
            let (mapping, key) = place(of: objection.field)
            // A group with a key missing has said so itself.
            if objection.field == .group, group.isPresent { return }
            mapping.find(key, objection.reason, hint: objection.mend)
        }

        private func place(of field: PolicyObjection.Field) -> (YAMLMapping, String) {
            switch field {
            case .tenantID: (tenant, "id")
            case .domain: (tenant, "domain")
            case .applicationName: (application, "name")
            case .clientID: (application, "client-id")
            case .servicePrincipalID: (application, "object-id")
            case .certificate: (application, "certificate")
            case .mailboxes: (top, "mailboxes")
            case .mailboxAddress(let index): mailbox(index, "address")
            case .mailboxObjectID(let index): mailbox(index, "object-id")
            case .permissions: (top, "permissions")
            case .method: (top, "method")
            case .group: (top, "group")
            case .groupName: (group, "name")
            case .groupAddress: (group, "address")
            case .groupOwner: (group, "owner")
            case .scope: (top, "scope")
            case .closed: (top, "closed")
            }
        }

        private func mailbox(_ index: Int, _ key: String) -> (YAMLMapping, String) {
            mailboxes.indices.contains(index) ? (mailboxes[index], key) : (top, "mailboxes")
        }
    }
}

extension YAMLKind<String> {
    /// A mail address.
    static var address: Self {
        YAMLKind("a mail address", example: "ceo@contoso.com") { text in
            PolicyText.objection(toAddress: text) == nil ? text : nil
        }
    }
}
