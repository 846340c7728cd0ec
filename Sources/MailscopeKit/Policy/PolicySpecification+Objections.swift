extension PolicySpecification {
    /// More mailboxes than this are refused under RBAC: Microsoft names no bound for the length of a scope's filter.
    package static let scopeLimit = 20
    /// More mailboxes than this belong into several specifications that somebody can review.
    package static let mailboxLimit = 200

    /// Everything that forbids using this specification, in the order of a file; empty where it can be used.
    package func objections() -> [PolicyObjection] {
        objectionsToIdentity() + objectionsToMailboxes() + objectionsToGroup() + objectionsToClosed()
    }

    private func objectionsToIdentity() -> [PolicyObjection] {
        var found: [PolicyObjection] = []
        if !PolicyText.isGUID(tenantID) {
            found.append(
                PolicyObjection(
                    .tenantID, "takes a GUID", mend: "the Directory (tenant) ID of the app's Overview page"))
        }
        let isFirstDomain =
            PolicyText.isDomain(domain)
            && [".onmicrosoft.com", ".onmicrosoft.us", ".partner.onmschina.cn"].contains {
                domain.lowercased().hasSuffix($0)
            }
        if !isFirstDomain {
            found.append(
                PolicyObjection(
                    .domain, "takes the tenant's first domain, which ends in .onmicrosoft.com",
                    mend: "write it as 'domain: contoso.onmicrosoft.com'"))
        }
        if let reason = PolicyText.objection(toName: application.name, limit: 120) {
            found.append(
                PolicyObjection(.applicationName, reason, mend: "write it as 'name: Invoice reader'"))
        }
        found += objectionsToIDs()
        if let certificate = application.certificate, !PolicyText.isBase64(certificate) {
            found.append(
                PolicyObjection(.certificate, "is no base64 of a certificate", mend: "name a PEM file"))
        }
        if permissions.isEmpty || Set(permissions).count < permissions.count {
            found.append(
                PolicyObjection(
                    .permissions, permissions.isEmpty ? "is empty" : "names a permission twice",
                    mend: "write it as 'permissions: [Mail.Read]'"))
        }
        return found
    }

    private func objectionsToIDs() -> [PolicyObjection] {
        var found: [PolicyObjection] = []
        let overview = "the Application (client) ID of the app's Overview page"
        let enterprise = "the Object ID of the app under Enterprise applications, not under App registrations"
        if let id = application.clientID, !PolicyText.isGUID(id) {
            found.append(PolicyObjection(.clientID, "takes a GUID", mend: overview))
        }
        guard let id = application.servicePrincipalID else { return found }
        if !PolicyText.isGUID(id) {
            found.append(PolicyObjection(.servicePrincipalID, "takes a GUID", mend: enterprise))
        } else if let client = application.clientID, client.lowercased() == id.lowercased() {
            found.append(PolicyObjection(.servicePrincipalID, "is the client id once more", mend: enterprise))
        }
        return found
    }

    private func objectionsToMailboxes() -> [PolicyObjection] {
        var found: [PolicyObjection] = []
        let limit = method == .rbac ? Self.scopeLimit : Self.mailboxLimit
        if mailboxes.isEmpty {
            found.append(
                PolicyObjection(
                    .mailboxes, "names no mailbox", mend: "add a line '  - address: invoices@contoso.com'"))
        } else if mailboxes.count > limit {
            found.append(
                PolicyObjection(
                    .mailboxes, "names \(mailboxes.count) mailboxes; \(limit) are the limit here",
                    mend: method == .rbac
                        ? "Microsoft names no bound for a scope's filter: use several apps, or the access policy"
                        : "use several apps, each with a specification that somebody can review"))
        }
        var addresses: Set<String> = []
        var ids = Set([application.clientID, application.servicePrincipalID].compactMap { $0?.lowercased() })
        for (index, mailbox) in mailboxes.enumerated() {
            if let reason = PolicyText.objection(toAddress: mailbox.address) {
                found.append(
                    PolicyObjection(
                        .mailboxAddress(index), reason, mend: "write it as 'address: invoices@contoso.com'"))
            } else if !addresses.insert(mailbox.address.lowercased()).inserted {
                found.append(
                    PolicyObjection(.mailboxAddress(index), "stands there twice", mend: "remove one"))
            }
            guard let id = mailbox.objectID else { continue }
            if !PolicyText.isGUID(id) {
                found.append(
                    PolicyObjection(
                        .mailboxObjectID(index), "takes a GUID", mend: "the Object ID of the user in Entra"))
            } else if !ids.insert(id.lowercased()).inserted {
                found.append(
                    PolicyObjection(
                        .mailboxObjectID(index), "is the id of something else in this file",
                        mend: "the Object ID of the user in Entra"))
            }
        }
        return found
    }

    private func objectionsToGroup() -> [PolicyObjection] {
        var found: [PolicyObjection] = []
        if method == .applicationAccessPolicy, group == nil {
            found.append(
                PolicyObjection(
                    .group, "is missing: an access policy opens the members of a group",
                    mend: "add the lines 'group:', '  name: …', '  address: …' and '  owner: …'"))
        }
        if let group {
            if let reason = PolicyText.objection(toName: group.name, limit: 64) {
                found.append(
                    PolicyObjection(.groupName, reason, mend: "write it as 'name: mailscope invoices'"))
            }
            for (field, address) in [
                (PolicyObjection.Field.groupAddress, group.address), (.groupOwner, group.owner),
            ] {
                guard let reason = PolicyText.objection(toAddress: address) else { continue }
                found.append(
                    PolicyObjection(field, reason, mend: "such as admin@\(PolicyText.shown(domain))"))
            }
            let taken = mailboxes.map(\.address) + closed + [group.owner]
            if taken.contains(where: { $0.lowercased() == group.address.lowercased() }) {
                found.append(
                    PolicyObjection(
                        .groupAddress, "is the address of a mailbox in this file",
                        mend: "give the group an address of its own"))
            }
        }
        if method == .rbac || scope != nil,
            let reason = PolicyText.objection(toName: scopeName, limit: 64)
        {
            found.append(
                PolicyObjection(
                    .scope, "'\(PolicyText.shown(scopeName))' cannot name a management scope: it \(reason)",
                    mend: "add a line 'scope: mailscope invoices'"))
        }
        return found
    }

    private func objectionsToClosed() -> [PolicyObjection] {
        let open = Set(mailboxes.map { $0.address.lowercased() })
        var seen: Set<String> = []
        return closed.enumerated().compactMap { index, address in
            if let reason = PolicyText.objection(toAddress: address) {
                return PolicyObjection(.closed(index), reason, mend: "such as ceo@contoso.com")
            }
            if open.contains(address.lowercased()) {
                return PolicyObjection(
                    .closed(index), "'\(address)' cannot be open and closed", mend: "remove it from one list")
            }
            return seen.insert(address.lowercased()).inserted
                ? nil : PolicyObjection(.closed(index), "stands there twice", mend: "remove one")
        }
    }
}
