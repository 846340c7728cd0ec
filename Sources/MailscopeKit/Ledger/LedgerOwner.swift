/// Whose mail a ledger remembers. Ids mean nothing in another mailbox, so a ledger serves one only.
package struct LedgerOwner: Sendable, Equatable {
    /// The directory's id or domain, as configured.
    package let tenant: String
    /// The address or object id, as configured; compared without regard to case.
    package let mailbox: String
    /// The app. Another app may go on with the same ledger, but its request budget starts afresh.
    package let clientID: String

    package init(tenant: String, mailbox: String, clientID: String) {
        self.tenant = tenant
        self.mailbox = mailbox
        self.clientID = clientID
    }
}
