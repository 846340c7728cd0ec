/// A management role for apps. Source: learn.microsoft.com/exchange/permissions-exo/application-rbac, 2025-11-25.
package struct ApplicationRole: Sendable, Equatable {
    /// As `-Role` takes it, `Application Mail.Read`.
    package let name: String
    /// Graph's names of what the role gives.
    package let permissions: [String]

    /// The role of that name, in any case.
    package static func named(_ name: String) -> ApplicationRole? {
        all.first { $0.name.lowercased() == name.lowercased() }
    }

    /// All there are.
    package static let all: [ApplicationRole] =
        sameNamed.map { ApplicationRole(name: "Application " + $0, permissions: [$0]) } + [
            ApplicationRole(name: "Application MailboxFolder.Read", permissions: ["MailboxFolder.Read.All"]),
            ApplicationRole(
                name: "Application MailboxFolder.ReadWrite", permissions: ["MailboxFolder.ReadWrite.All"]),
            ApplicationRole(name: "Application MailboxItem.Read", permissions: ["MailboxItem.Read.All"]),
            ApplicationRole(
                name: "Application MailboxItem.ReadWrite", permissions: ["MailboxItem.ReadWrite.All"]),
            ApplicationRole(name: "Application MailboxItem.Export", permissions: ["MailboxItem.Export.All"]),
            ApplicationRole(
                name: "Application MailboxItem.ImportExport", permissions: ["MailboxItem.ImportExport.All"]),
            ApplicationRole(
                name: "Application Mail Full Access", permissions: ["Mail.ReadWrite", "Mail.Send"]),
            ApplicationRole(
                name: "Application Exchange Full Access",
                permissions: [
                    "Mail.ReadWrite", "Mail.Send", "MailboxSettings.ReadWrite", "Calendars.ReadWrite",
                    "Contacts.ReadWrite",
                ]),
            ApplicationRole(name: "Application EWS.AccessAsApp", permissions: ["EWS.AccessAsApp"]),
        ]

    private static let sameNamed = [
        "Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read",
        "MailboxSettings.ReadWrite", "Calendars.Read", "Calendars.ReadWrite", "Contacts.Read",
        "Contacts.ReadWrite", "SMTP.SendAsApp", "MailboxConfigItem.Read", "MailboxConfigItem.ReadWrite",
        "MailTips.ReadBasic.All", "Mail-Advanced.ReadWrite.All",
    ]
}

/// Which permissions contain which, and which of them application access policies reach.
enum MailPermission {
    /// All permissions that allow what `permission` allows, itself included.
    static func covering(_ permission: String) -> Set<String> {
        switch permission {
        case "Mail.ReadBasic", "Mail.ReadBasic.All":
            ["Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"]
        case "Mail.Read": ["Mail.Read", "Mail.ReadWrite"]
        case "MailboxSettings.Read", "Calendars.Read", "Contacts.Read", "MailboxConfigItem.Read":
            [permission, permission + "Write"]
        case "MailboxFolder.Read.All": [permission, "MailboxFolder.ReadWrite.All"]
        case "MailboxItem.Read.All": [permission, "MailboxItem.ReadWrite.All"]
        default: [permission]
        }
    }

    /// Granted in Entra, these are cut down by application access policies; all others are not.
    static let underPolicies: Set<String> = [
        "Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.ReadWrite", "Mail.Send",
        "MailboxSettings.Read", "MailboxSettings.ReadWrite", "Calendars.Read", "Calendars.ReadWrite",
        "Contacts.Read", "Contacts.ReadWrite", "full_access_as_app",
    ]
}
