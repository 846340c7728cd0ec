import FoundationEssentials

/// What `1-register.ps1` has found and made: the `app.json` that it leaves.
package struct RegisteredApp: Sendable, Equatable, Decodable {
    /// A mailbox and its object id.
    package struct Mailbox: Sendable, Equatable, Decodable {
        package let address: String
        package let objectId: String
    }

    package let tenantId: String
    package let clientId: String
    package let servicePrincipalId: String
    package let mailboxes: [Mailbox]
    private let schema: String

    /// Nil where the bytes are no such record, or carry ids that are none.
    package init?(_ bytes: [UInt8]) {
        guard let text = RecordText.decode(bytes),
            let record = try? JSONDecoder().decode(RegisteredApp.self, from: Data(text.utf8)),
            record.schema == "mailscope-app/1"
        else { return nil }
        let ids =
            [record.tenantId, record.clientId, record.servicePrincipalId] + record.mailboxes.map(\.objectId)
        guard ids.allSatisfy(PolicyText.isGUID) else { return nil }
        self = record
    }
}
