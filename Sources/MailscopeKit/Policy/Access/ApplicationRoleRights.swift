/// What the roles of RBAC for Applications give.
/// Source: learn.microsoft.com/exchange/permissions-exo/application-rbac, 2025-11-25.
enum ApplicationRoleRights {
    /// The rights over mail that a role gives: empty for none; nil where nobody knows the role.
    static func rights(of role: String) -> Set<MailRight>? {
        let name = role.lowercased()
        guard name.hasPrefix(prefix) else { return nil }
        switch name.dropFirst(prefix.count) {
        case "mail.read": return [.readBasic, .read]
        case "mail.readbasic": return [.readBasic]
        case "mail.readwrite", "mail-advanced.readwrite.all": return [.readBasic, .read, .write]
        case "mail.send", "smtp.sendasapp": return [.send]
        case "mail full access", "exchange full access", "ews.accessasapp": return MailRight.all
        case "mailboxitem.read", "mailboxitem.export": return [.readBasic, .read]
        case "mailboxitem.readwrite", "mailboxitem.importexport": return [.readBasic, .read, .write]
        case "mailboxsettings.read", "mailboxsettings.readwrite", "calendars.read", "calendars.readwrite",
            "contacts.read", "contacts.readwrite", "mailboxfolder.read", "mailboxfolder.readwrite",
            "mailboxconfigitem.read", "mailboxconfigitem.readwrite", "mailtips.readbasic.all":
            return []
        default: return nil
        }
    }

    private static let prefix = "application "
}
