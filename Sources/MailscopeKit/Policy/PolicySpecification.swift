/// Who may read what: one app, some mailboxes, and the way to confine the one to the others.
///
/// A plain value; ``objections()`` says what is wrong with it. Ids that nobody knows yet are nil.
package struct PolicySpecification: Sendable, Equatable {
    /// The directory's id.
    package var tenantID: String
    /// The tenant's first domain, `contoso.onmicrosoft.com`.
    package var domain: String
    package var application: Application
    /// What the app may read. One is the normal case.
    package var mailboxes: [Mailbox]
    package var permissions: [PolicyPermission]
    package var method: PolicyMethod
    /// The group of the access policy; needed for that method only.
    package var group: Group?
    /// The name of the management scope; nil: made from the app's name.
    package var scope: String?
    /// Addresses of mailboxes that must stay closed, for checking.
    package var closed: [String]

    package init(
        tenantID: String, domain: String, application: Application, mailboxes: [Mailbox],
        permissions: [PolicyPermission] = [.mailRead], method: PolicyMethod, group: Group? = nil,
        scope: String? = nil, closed: [String] = []
    ) {
        self.tenantID = tenantID
        self.domain = domain
        self.application = application
        self.mailboxes = mailboxes
        self.permissions = permissions
        self.method = method
        self.group = group
        self.scope = scope
        self.closed = closed
    }

    /// The app that reads.
    package struct Application: Sendable, Equatable {
        package var name: String
        /// The Application (client) id.
        package var clientID: String?
        /// The object id of the enterprise application, which is not that of the app registration.
        package var servicePrincipalID: String?
        /// The public certificate, base64 of its DER.
        package var certificate: String?

        package init(
            name: String, clientID: String? = nil, servicePrincipalID: String? = nil,
            certificate: String? = nil
        ) {
            self.name = name
            self.clientID = clientID
            self.servicePrincipalID = servicePrincipalID
            self.certificate = certificate
        }
    }

    /// A mailbox that the app reads.
    package struct Mailbox: Sendable, Equatable {
        package var address: String
        /// The user's object id in the directory.
        package var objectID: String?

        package init(address: String, objectID: String? = nil) {
            self.address = address
            self.objectID = objectID
        }
    }

    /// The mail-enabled security group whose members an access policy opens.
    package struct Group: Sendable, Equatable {
        package var name: String
        package var address: String
        package var owner: String

        package init(name: String, address: String, owner: String) {
            self.name = name
            self.address = address
            self.owner = owner
        }
    }

    /// True where all ids are known, so that more than the registration can be written.
    package var isComplete: Bool {
        application.clientID != nil && application.servicePrincipalID != nil
            && mailboxes.allSatisfy { $0.objectID != nil }
    }

    /// The name of the management scope.
    package var scopeName: String { scope ?? group?.name ?? "mailscope " + application.name }
}
