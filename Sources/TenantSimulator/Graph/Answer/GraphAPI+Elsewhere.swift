extension GraphAPI {
    /// What an app needs for the resources beside mail that are answered at all: without content, so that it can be
    /// seen whether they are open.
    private static let permissions: [String: [String]] = {
        let calendars = [
            "Calendars.Read", "Calendars.ReadWrite", "Calendars.ReadBasic.All", "Calendars.ReadBasic",
        ]
        let contacts = ["Contacts.Read", "Contacts.ReadWrite"]
        return [
            "calendar": calendars, "calendars": calendars, "calendarview": calendars, "events": calendars,
            "contacts": contacts, "contactfolders": contacts,
            "mailboxsettings": ["MailboxSettings.Read", "MailboxSettings.ReadWrite"],
        ]
    }()

    func answerElsewhere(_ call: MailboxCall, _ rest: [String]) throws(GraphError) -> ServerResponse {
        guard rest.count == 1, let permissions = Self.permissions[rest[0].lowercased()] else {
            throw .unknownSegment(rest.count > 1 ? rest[1] : rest[0])
        }
        try call.demand(permissions)
        guard call.request.method == "GET" else { throw .methodNotAllowed }
        let name = rest[0]
        return call.request.json { writer in
            switch name.lowercased() {
            case "mailboxsettings":
                writer.member("@odata.context", call.context("mailboxSettings"))
                writer.member("timeZone", "UTC")
                writer.member("userPurpose", call.mailbox.kind.rawValue)
            case "calendar":
                writer.member("@odata.context", call.context("calendar/$entity"))
                writer.member("id", ExchangeIDs(guid: call.mailbox.objectID).folder(0x100))
                writer.member("name", "Calendar")
            default:
                writer.member("@odata.context", call.context(name))
                writer.name("value")
                writer.array { _ in }
            }
        }
    }

    private static let directoryRoles: Set<String> = [
        "User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All", "Directory.Read.All",
        "Directory.ReadWrite.All",
    ]

    func getUser(_ call: Call, _ key: String) throws(GraphError) -> ServerResponse {
        guard !Self.directoryRoles.isDisjoint(with: call.caller.roles) else { throw .directoryDenied }
        guard let mailbox = directory.mailbox(key) else {
            throw GraphError(
                status: 404, code: "Request_ResourceNotFound",
                message:
                    "Resource '\(key)' does not exist or one of its queried reference-property objects are not present.",
                origin: .gateway)
        }
        return call.request.json { writer in
            writer.member("@odata.context", "\(call.request.base)/v1.0/$metadata#users/$entity")
            Self.write(mailbox, to: &writer)
        }
    }

    /// A hundred to a page, as the directory has it.
    func listUsers(_ call: Call) throws(GraphError) -> ServerResponse {
        guard !Self.directoryRoles.isDisjoint(with: call.caller.roles) else { throw .directoryDenied }
        let options = try QueryOptions(call.request.query, of: .others)
        let all = directory.mailboxes
        let start = Swift.min(Int(options.skipToken ?? "0") ?? 0, all.count)
        let end = Swift.min(start + Swift.min(options.top ?? 100, 999), all.count)
        return call.request.json { writer in
            writer.member("@odata.context", "\(call.request.base)/v1.0/$metadata#users")
            writer.name("value")
            writer.array { writer in
                for mailbox in all[start..<end] { writer.object { Self.write(mailbox, to: &$0) } }
            }
            if end < all.count {
                let query = options.repeatable.filter { !$0.lowercased().hasPrefix("$skiptoken") }
                let link = (query + ["$skiptoken=\(end)"]).joined(separator: "&")
                writer.member("@odata.nextLink", "\(call.request.base)/v1.0/users?\(link)")
            }
        }
    }

    private static func write(_ mailbox: SimulatedMailbox, to writer: inout JSONWriter) {
        writer.name("businessPhones")
        writer.array { _ in }
        writer.member("displayName", mailbox.displayName)
        for name in [
            "givenName", "jobTitle", "mobilePhone", "officeLocation", "preferredLanguage", "surname",
        ] {
            writer.member(name, String?.none)
        }
        writer.member("mail", mailbox.addresses.first)
        writer.member("userPrincipalName", mailbox.userPrincipalName)
        writer.member("id", mailbox.objectID)
    }
}
