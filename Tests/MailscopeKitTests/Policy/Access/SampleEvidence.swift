import MailscopeKit

/// The evidence of a tenant where all is as wanted, by each of the two ways.
enum SampleEvidence {
    static let tenant = "11111111-2222-4333-8444-555555555555"
    static let client = "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11"
    static let principal = "3c0f8f0e-9a55-4f0c-8a3b-6f1d2f0f5a22"
    static let invoices = "9a3d1c1e-51c5-4a52-8d7b-0a6f8f5b2c77"
    static let boss = "aaaaaaaa-0000-4000-8000-000000000001"
    static let group = "bbbbbbbb-0000-4000-8000-000000000001"
    static let mailRead = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"

    static func wish(usesPolicy: Bool) -> AccessWish {
        AccessWish(
            tenantID: tenant.uppercased(), clientID: client, servicePrincipalID: principal,
            open: [.init(address: "Invoices@contoso.com", objectID: invoices)],
            closed: [.init(address: "boss@contoso.com")], permissions: ["Mail.Read"], usesPolicy: usesPolicy)
    }

    static let member = AccessEvidence.Member(
        objectID: invoices, address: "invoices@contoso.com", type: "usermailbox")

    static func policy(
        app: String = client, _ right: AccessEvidence.Policy.Right? = .restrictAccess, scope: String? = group
    ) -> AccessEvidence.Policy {
        .init(identity: "policy", appIDs: [app], right: right, scopeID: scope, scopeName: "Readers")
    }

    static func assignment(
        _ role: String = "Application Mail.Read", isEnabled: Bool? = true,
        in reach: AccessEvidence.Assignment.Reach = .managementScope("Readers")
    ) -> AccessEvidence.Assignment {
        .init(name: "row", role: role, assignee: principal, isEnabled: isEnabled, reach: reach)
    }

    static let grant = AccessEvidence.Grant(
        appRoleID: mailRead, value: "Mail.Read", resourceAppID: AppRole.graph)

    private static var base: AccessEvidence {
        var evidence = AccessEvidence()
        evidence.tenantID = tenant
        evidence.clientID = client
        evidence.servicePrincipalID = principal
        evidence.policies = EvidenceSection([])
        evidence.groups = EvidenceSection([])
        evidence.pointers = EvidenceSection([])
        evidence.assignments = EvidenceSection([])
        evidence.scopes = EvidenceSection([])
        evidence.mailboxPermissions = EvidenceSection([])
        evidence.grants = EvidenceSection([])
        evidence.delegatedGrants = EvidenceSection([])
        evidence.directoryRoles = EvidenceSection([])
        evidence.owners = EvidenceSection([])
        evidence.credentials = EvidenceSection([])
        return evidence
    }

    static var byPolicy: AccessEvidence {
        var evidence = base
        evidence.policies.rows = [policy()]
        evidence.groups.rows = [
            .init(
                objectID: group, name: "Readers", type: "mailuniversalsecuritygroup",
                members: EvidenceSection([member]))
        ]
        evidence.grants.rows = [grant]
        return evidence
    }

    static var byRole: AccessEvidence {
        var evidence = base
        evidence.pointers.rows = [.init(objectID: principal, appID: client)]
        evidence.assignments.rows = [assignment()]
        evidence.scopes.rows = [
            .init(name: "readers", filter: "ExternalDirectoryObjectId -eq '\(invoices.uppercased())'")
        ]
        return evidence
    }
}
