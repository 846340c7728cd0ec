@testable import MailscopeKit

/// Specifications for tests.
enum PolicySamples {
    static let digest = String(repeating: "0", count: 64)
    static let client = "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11"
    static let principal = "3c0f8f0e-9a55-4f0c-8a3b-6f1d2f0f5a22"
    static let box = "9a3d1c1e-51c5-4a52-8d7b-0a6f8f5b2c77"

    static func specification(_ method: PolicyMethod = .applicationAccessPolicy) -> PolicySpecification {
        PolicySpecification(
            tenantID: "11111111-2222-4333-8444-555555555555", domain: "contoso.onmicrosoft.com",
            application: PolicySpecification.Application(
                name: "Invoice reader", clientID: client, servicePrincipalID: principal, certificate: "AAAA"),
            mailboxes: [PolicySpecification.Mailbox(address: "invoices@contoso.com", objectID: box)],
            permissions: [.mailRead, .mailReadBasic], method: method,
            group: PolicySpecification.Group(
                name: "mailscope invoices", address: "mailscope-invoices@contoso.com",
                owner: "admin@contoso.com"),
            scope: "mailscope invoices", closed: ["ceo@contoso.com"])
    }

    static func folder(
        _ specification: PolicySpecification, isMigration: Bool = false
    ) throws(PolicyObjections) -> PolicyFolder {
        try PolicyFolder(of: specification, isMigration: isMigration, digest: digest, version: "1.2.3")
    }

    /// Every script there is: both ways, the migration, and the registration alone.
    static func scripts() throws -> [(name: String, text: String)] {
        var bare = specification()
        bare.application.clientID = nil
        bare.application.certificate = nil
        let folders = [
            ("policy/", try folder(specification())), ("rbac/", try folder(specification(.rbac))),
            ("migration/", try folder(specification(.rbac), isMigration: true)), ("bare/", try folder(bare)),
        ]
        return folders.flatMap { name, folder in
            folder.files.filter { $0.name.hasSuffix(".ps1") }
                .map { (name + $0.name, String(decoding: $0.bytes, as: UTF8.self)) }
        }
    }
}
