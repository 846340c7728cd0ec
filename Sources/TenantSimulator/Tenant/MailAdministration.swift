/// Changes mail from outside Graph: what arrives, moves, disappears or breaks.
struct MailAdministration {
    let tenant: SimulatedTenant

    /// Does what `body` says: `{"action": "add", "mailbox": "a@contoso.test", "eml": "From: …"}`.
    ///
    /// - Returns: the ids of the messages, immutable ones.
    /// - Throws: ``AdministrationError``.
    func perform(_ body: JSONValue) throws(AdministrationError) -> JSONValue {
        let action = try body.requiredText("action")
        if action == "expire-delta-tokens" {
            try body.allowing(["action"])
            tenant.mail.expireDeltaTokens()
            return ["ids": []]
        }
        let mailbox = try mailbox(body)
        switch action {
        case "add": return try add(body, to: mailbox)
        case "list":
            try body.allowing(["action", "mailbox", "folder"])
            return [
                "ids": .array(
                    tenant.mail.messageIDs(of: mailbox, in: body["folder"]?.text).map { .string($0) })
            ]
        case "move":
            try body.allowing(["action", "mailbox", "id", "folder"])
            let folder = try body.requiredText("folder")
            return try change(body) { tenant.mail.move($0, to: folder, in: mailbox, at: now) }
        case "delete":
            try body.allowing(["action", "mailbox", "id"])
            return try change(body) { tenant.mail.delete($0, in: mailbox) }
        case "touch":
            try body.allowing(["action", "mailbox", "id"])
            return try change(body) { tenant.mail.touch($0, in: mailbox, at: now) }
        case "read", "unread":
            try body.allowing(["action", "mailbox", "id"])
            return try change(body) { tenant.mail.setRead($0, action == "read", in: mailbox) }
        case "corrupt", "mend":
            try body.allowing(["action", "mailbox", "id"])
            return try change(body) { tenant.mail.corrupt($0, in: mailbox, action == "corrupt") }
        default:
            throw AdministrationError(
                "there is no action '\(action)'; one of: \(Self.actions.joined(separator: ", "))")
        }
    }

    private static let actions = [
        "add", "corrupt", "delete", "expire-delta-tokens", "list", "mend", "move", "read", "touch", "unread",
    ]

    private var now: UTCTime { UTCTime(seconds: tenant.clock.epochSeconds) }

    private func mailbox(_ body: JSONValue) throws(AdministrationError) -> String {
        let name = try body.requiredText("mailbox")
        guard let mailbox = tenant.directory.mailbox(name) else {
            throw AdministrationError("there is no mailbox '\(name)'")
        }
        return mailbox.objectID
    }

    /// One message of given MIME, or of a given size, or so many generated ones.
    private func add(_ body: JSONValue, to mailbox: String) throws(AdministrationError) -> JSONValue {
        try body.allowing([
            "action", "mailbox", "folder", "eml", "size", "count", "seed", "received-seconds-ago",
        ])
        let folder = try body.optionalText("folder") ?? "inbox"
        let age = try body.requiredWhole(
            "received-seconds-ago", in: -1_000_000_000...1_000_000_000, default: 0)
        let received = now.advanced(by: -age)
        var ids: [String] = []
        if let mime = try body.optionalText("eml") {
            ids.append(tenant.mail.add(mime: Array(mime.utf8), to: folder, of: mailbox, received: received))
        } else if let size = try body.optionalWhole("size", in: 300...2_000_000_000) {
            ids.append(tenant.mail.addGenerated(size: size, to: folder, of: mailbox, received: received))
        } else {
            let count = try body.requiredWhole("count", in: 1...100_000, default: 1)
            var random = SeededGenerator(
                seed: body["seed"]?.whole.map { UInt64(bitPattern: Int64($0)) }
                    ?? tenant.seed &+ UInt64(tenant.mail.count(of: mailbox)))
            for _ in 0..<count {
                ids.append(
                    tenant.mail.addGenerated(seed: random.next(), to: folder, of: mailbox, received: received)
                )
            }
        }
        return ["ids": .array(ids.map { .string($0) })]
    }

    private func change(
        _ body: JSONValue, _ change: (_ id: String) -> Bool
    ) throws(AdministrationError) -> JSONValue {
        let id = try body.requiredText("id")
        guard change(id) else { throw AdministrationError("there is no such message or folder") }
        return ["ids": [.string(id)]]
    }
}
