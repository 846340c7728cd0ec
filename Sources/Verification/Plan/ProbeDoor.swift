/// A way into a mailbox: a resource of Graph that needs a permission, asked for so that hardly anything could come back.
///
/// Source: Microsoft Graph API reference; each resource is a separate endpoint that Exchange judges by itself.
package enum ProbeDoor: String, Codable, Sendable, CaseIterable {
    case messages
    case mailFolders
    case inboxMessages
    case inboxDelta
    case events
    case calendars
    case contacts
    case mailboxSettings

    /// What a mail permission opens.
    package static let mail: [ProbeDoor] = [.messages, .mailFolders, .inboxMessages, .inboxDelta]
    /// What other permissions on mailboxes open.
    package static let otherData: [ProbeDoor] = [.events, .calendars, .contacts, .mailboxSettings]

    /// The path behind `/users/<name>/`, with its query.
    var path: String {
        switch self {
        case .messages: "messages?$top=1&$select=id"
        case .mailFolders: "mailFolders?$top=1&$select=id"
        case .inboxMessages: "mailFolders/inbox/messages?$top=1&$select=id"
        // The page size of a delta walk is asked for by header.
        case .inboxDelta: "mailFolders/inbox/messages/delta?$select=id"
        case .events: "events?$top=1&$select=id"
        case .calendars: "calendars?$top=1&$select=id"
        case .contacts: "contacts?$top=1&$select=id"
        case .mailboxSettings: "mailboxSettings?$select=timeZone"
        }
    }

    /// As a person reads it.
    package var title: String {
        switch self {
        case .messages: "messages"
        case .mailFolders: "mailFolders"
        case .inboxMessages: "mailFolders/inbox/messages"
        case .inboxDelta: "mailFolders/inbox/messages/delta"
        case .events: "events"
        case .calendars: "calendars"
        case .contacts: "contacts"
        case .mailboxSettings: "mailboxSettings"
        }
    }

    /// Whose reading this door tells of: the beginning of the permissions' names.
    package var permission: String {
        switch self {
        case .messages, .mailFolders, .inboxMessages, .inboxDelta: "Mail"
        case .events, .calendars: "Calendars"
        case .contacts: "Contacts"
        case .mailboxSettings: "MailboxSettings"
        }
    }
}
