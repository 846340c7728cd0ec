/// What can be done to the mail of a mailbox.
package enum MailRight: String, Sendable, CaseIterable {
    /// Messages without body, preview and attachments.
    case readBasic = "read headers"
    /// Whole messages.
    case read
    /// Messages and folders can be made, changed and deleted.
    case write
    /// Mail can be sent in the mailbox's name.
    case send

    package static let all = Set(allCases)

    /// What Microsoft Graph's permission of this name gives; empty where it gives nothing of mail.
    package static func given(by permission: String) -> Set<MailRight> {
        switch permission {
        case "Mail.ReadBasic", "Mail.ReadBasic.All": [.readBasic]
        case "Mail.Read": [.readBasic, .read]
        case "Mail.ReadWrite", "Mail-Advanced.ReadWrite.All": [.readBasic, .read, .write]
        case "Mail.Send": [.send]
        case "MailboxItem.Read.All", "MailboxItem.Export.All": [.readBasic, .read]
        case "MailboxItem.ReadWrite.All", "MailboxItem.ImportExport.All": [.readBasic, .read, .write]
        default: []
        }
    }
}

extension Set<MailRight> {
    /// For people: "read, write".
    package var text: String {
        let shown = contains(.read) ? subtracting([.readBasic]) : self
        return MailRight.allCases.filter(shown.contains).map(\.rawValue).joined(separator: ", ")
    }
}
