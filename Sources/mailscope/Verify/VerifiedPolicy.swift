import MailscopeKit
import Verification

/// What a policy specification asks of a verification.
struct VerifiedPolicy {
    private let specification: PolicySpecification
    private let file: String

    init(_ specification: PolicySpecification, file: String) {
        self.specification = specification
        self.file = file
    }

    /// What must be closed.
    var closed: ClosedMailboxArray {
        ClosedMailboxArray(name: file, specification.closed.map { ClosedMailbox(addresses: [$0]) })
    }

    /// Its mailboxes become the controls, its permissions the roles that a token may have: none by RBAC, where a grant in
    /// Entra would undo the scope.
    ///
    /// - Throws: ``Failure`` where it is of another app, tenant or mailbox than the configuration.
    func apply(to plan: inout ProbePlan, of configuration: Configuration) throws(Failure) {
        if let client = specification.application.clientID, client.lowercased() != plan.clientID.lowercased()
        {
            throw other("app", client, "client-id", plan.clientID)
        }
        if ClosedMailbox.isGUID(plan.tenant), specification.tenantID.lowercased() != plan.tenant.lowercased()
        {
            throw other("tenant", specification.tenantID, "tenant", plan.tenant)
        }
        let ours = [configuration.mailbox, configuration.mailboxObjectID].compactMap { $0?.lowercased() }
        let isOpen = specification.mailboxes.contains { mailbox in
            [mailbox.address, mailbox.objectID].contains {
                $0.map { ours.contains($0.lowercased()) } ?? false
            }
        }
        guard isOpen else {
            throw other("mailbox", specification.mailboxes[0].address, "mailbox", configuration.mailbox)
        }
        plan.open = specification.mailboxes.map { OpenMailbox(label: $0.address, objectID: $0.objectID) }
        switch specification.method {
        case .applicationAccessPolicy: plan.wantedRoles = Set(specification.permissions.map(\.rawValue))
        case .rbac: plan.wantedRoles = []
        }
    }

    private func other(_ what: String, _ theirs: String, _ key: String, _ ours: String) -> Failure {
        Failure(
            .configuration,
            "\(file) is about the \(what) \(theirs), the configuration says '\(key): \(ours)'",
            hints: ["give the specification of this app, or the configuration with --config"])
    }
}
