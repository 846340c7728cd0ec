import MailscopeKit

/// A specification to begin with, its comments saying what each line is for.
enum PolicyTemplate {
    /// What the configuration knows stands there already. `certificate` is its file as the specification shall name it.
    static func text(from configuration: Configuration?, certificate file: String? = nil) -> String {
        let tenant = configuration?.registration.tenant
        let tenantID = tenant.flatMap { PolicyText.isGUID($0) ? $0 : nil }
        let domain = tenant.flatMap { $0.lowercased().hasSuffix(".onmicrosoft.com") ? $0 : nil }
        let mailbox = configuration?.mailbox
        let address = mailbox.flatMap { PolicyText.objection(toAddress: $0) == nil ? $0 : nil }
        let objectID =
            configuration?.mailboxObjectID ?? mailbox.flatMap { PolicyText.isGUID($0) ? $0 : nil }
        let certificate = file ?? configuration.map { $0.certificate.certificate ?? $0.certificate.key }
        let clientID = configuration?.registration.clientID
        let client = clientID.map { $0 == InitAnswers.unregistered ? "" : "  client-id: \($0)\n" } ?? ""
        let object = objectID.map { "    object-id: \($0)\n" } ?? ""
        return """
            # Which app may read which mailboxes. 'mailscope policy explain' says it in words,
            # 'mailscope policy generate' writes the scripts for the administrator.

            tenant:
              # The Directory (tenant) ID of the app's Overview page.
              id: \(tenantID ?? "00000000-0000-0000-0000-000000000000")
              # The tenant's first domain.
              domain: \(domain ?? "contoso.onmicrosoft.com")

            application:
              name: Invoice reader
              # 1-register.ps1 finds the ids, and 'mailscope policy adopt' puts them here: client-id, the Application
              # (client) ID, and object-id, that of the ENTERPRISE application, not of the app registration.
            \(client)  # The public certificate in PEM; relative to this file. Never the key.
              \(certificate.map { "certificate: \(YAMLText.singleQuoted($0))" } ?? "# certificate: certificate.pem")

            # What the app may read, and nothing else. One is the normal case.
            mailboxes:
              - address: \(address ?? "invoices@contoso.com")
            \(object)
            # Mail.Read, or Mail.ReadBasic for messages without their text and attachments.
            permissions: [Mail.Read]

            # application-access-policy: the directory grants, and Exchange narrows it to the members of a group.
            # rbac: Exchange grants within a scope. Its successor; new tenants need Enable-OrganizationCustomization once.
            method: application-access-policy

            # The group for application-access-policy. Its owner can open further mailboxes: name one on purpose.
            group:
              name: mailscope invoices
              address: mailscope-invoices@\(domain ?? "contoso.onmicrosoft.com")
              owner: admin@\(domain ?? "contoso.onmicrosoft.com")

            # Mailboxes that must stay closed, for checking: some that matter, and a shared one.
            closed:
              - ceo@contoso.com

            """
    }
}
