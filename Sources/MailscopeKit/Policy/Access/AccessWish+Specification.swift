extension AccessWish {
    /// Nil where the specification has no client id yet.
    package init?(_ specification: PolicySpecification) {
        guard let client = specification.application.clientID else { return nil }
        self.init(
            tenantID: specification.tenantID, clientID: client,
            servicePrincipalID: specification.application.servicePrincipalID,
            open: specification.mailboxes.map { Mailbox(address: $0.address, objectID: $0.objectID) },
            closed: specification.closed.map { Mailbox(address: $0) },
            permissions: Set(specification.permissions.map(\.rawValue)),
            usesPolicy: specification.method == .applicationAccessPolicy)
    }
}
