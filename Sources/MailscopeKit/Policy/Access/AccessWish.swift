/// What the specification wants, in the words of the evidence: ids and addresses in lower case.
package struct AccessWish: Sendable, Equatable {
    /// A mailbox by its address and, where known, its object id.
    package struct Mailbox: Sendable, Equatable {
        package let address: String
        package let objectID: String?

        package init(address: String, objectID: String? = nil) {
            self.address = address.lowercased()
            self.objectID = objectID?.lowercased()
        }
    }

    package var tenantID: String
    package var clientID: String
    /// The object id of the enterprise application.
    package var servicePrincipalID: String?
    package var open: [Mailbox]
    package var closed: [Mailbox]
    /// The permissions that the app is to have in its mailboxes, as Microsoft Graph calls them.
    package var permissions: Set<String>
    /// Whether the directory is to grant them, cut down by a policy; else Exchange assigns them within a scope.
    package var usesPolicy: Bool

    package init(
        tenantID: String, clientID: String, servicePrincipalID: String?, open: [Mailbox], closed: [Mailbox],
        permissions: Set<String>, usesPolicy: Bool
    ) {
        self.tenantID = tenantID.lowercased()
        self.clientID = clientID.lowercased()
        self.servicePrincipalID = servicePrincipalID?.lowercased()
        self.open = open
        self.closed = closed
        self.permissions = permissions
        self.usesPolicy = usesPolicy
    }

    /// The rights that the app is to have in an open mailbox.
    package var rights: Set<MailRight> {
        permissions.reduce(into: []) { $0.formUnion(MailRight.given(by: $1)) }
    }

    /// True where the directory is to grant this permission.
    func wants(_ role: AppRole) -> Bool {
        usesPolicy && role.resource == AppRole.graph && permissions.contains(role.name)
    }

    /// True where Exchange is to assign this role.
    func wants(exchangeRole: String) -> Bool {
        !usesPolicy && permissions.contains { "application \($0.lowercased())" == exchangeRole.lowercased() }
    }
}
