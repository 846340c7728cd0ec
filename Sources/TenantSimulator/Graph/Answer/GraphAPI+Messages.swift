extension GraphAPI {
    /// How messages are written for this request.
    ///
    /// - Throws: 403 where Mail.ReadBasic asks for more and the switch says so. Source: §1.8.
    func renderer(_ call: MailboxCall, _ options: QueryOptions, ids: ExchangeIDs) throws(GraphError)
        -> MessageRenderer
    {
        var properties = options.select ?? MessageProperty.usual
        var expands = options.expandsAttachments
        if !call.readsAll {
            if call.switches.refusesBodyToBasic,
                expands || options.select?.contains(where: MessageProperty.beyondBasic.contains) == true
            {
                throw .denied
            }
            properties.removeAll(where: MessageProperty.beyondBasic.contains)
            expands = false
        }
        return MessageRenderer(
            ids: ids, isImmutable: call.request.preferences.wantsImmutableIDs,
            properties: MessageProperty.allCases.filter(properties.contains),
            hasSelect: options.select != nil,
            asText: call.request.preferences.wantsText ?? false, expandsAttachments: expands)
    }

    func listMessages(_ call: MailboxCall, _ folder: FolderReference?) throws(GraphError) -> ServerResponse {
        let options = try QueryOptions(call.request.query, of: .messages)
        if options.search != nil, !call.readsAll { throw .denied }
        let (ids, page) = store.with(call.mailbox.objectID) { contents in
            (
                contents.ids,
                MessageSelection(options: options, switches: call.switches)
                    .page(of: contents, folder: folder?.folder.number)
            )
        }
        let found = try page.get()
        let renderer = try renderer(call, options, ids: ids)
        if !renderer.sparesContent, found.messages.contains(where: \.isCorrupt) { throw .corrupt }
        let place = folder.map { "\($0.segment)/messages" } ?? "messages"
        let selected = options.selectText.map { "(\($0))" } ?? ""
        return call.request.json { writer in
            writer.member("@odata.context", call.context(place + selected))
            if let total = found.total { writer.member("@odata.count", total) }
            writer.name("value")
            writer.array { writer in
                for message in found.messages {
                    writer.object { renderer.write(message, .list, to: &$0) }
                }
            }
            if let skip = found.nextSkip {
                writer.member("@odata.nextLink", call.link(place, options.repeatable + ["$skip=\(skip)"]))
            }
        }
    }

    func countMessages(_ call: MailboxCall, _ folder: FolderReference?) throws(GraphError) -> ServerResponse {
        var options = try QueryOptions(call.request.query, of: .messages)
        options.count = true
        let page = store.with(call.mailbox.objectID) { [options] contents in
            MessageSelection(options: options, switches: call.switches)
                .page(of: contents, folder: folder?.folder.number)
        }
        return call.request.respond(type: "text/plain", .text(String(try page.get().total ?? 0)))
    }

    /// The message that `text` names.
    ///
    /// - Throws: as the service refuses ids. Source: §7.4.
    func findMessage(_ call: MailboxCall, _ text: String) throws(GraphError) -> (StoredMessage, ExchangeIDs) {
        let found: Result<(StoredMessage, ExchangeIDs), GraphError> = store.with(call.mailbox.objectID) {
            contents in
            let message: StoredMessage?
            switch contents.ids.parse(text) {
            case .success(.item(let item, let folder)): message = contents.message(item: item, folder: folder)
            case .success(.key(let key)): message = contents.message(key: key)
            case .success, .failure(.malformed): return .failure(.malformedID)
            case .failure(.otherMailbox): return .failure(.otherMailbox(text, call.key))
            }
            return message.map { .success(($0, contents.ids)) } ?? .failure(.notFound)
        }
        return try found.get()
    }

    func answerMessage(
        _ call: MailboxCall, _ id: String, _ folder: FolderReference?
    ) throws(GraphError) -> ServerResponse {
        switch call.request.method {
        case "GET":
            try call.demand(MailboxCall.basic)
            let (message, ids) = try findMessage(call, id)
            return try write(call, message, ids, folder)
        case "PATCH":
            try call.demand(["Mail.ReadWrite"])
            let (message, ids) = try findMessage(call, id)
            if let isRead = JSONValue.parse(call.request.body)?["isRead"]?.truth {
                store.with(call.mailbox.objectID) { $0.setRead(key: message.key, isRead) }
            }
            return try write(call, try findMessage(call, id).0, ids, folder)
        case "DELETE":
            try call.demand(["Mail.ReadWrite"])
            let (message, _) = try findMessage(call, id)
            store.with(call.mailbox.objectID) { $0.delete(key: message.key) }
            return call.request.respond(204, type: nil, .empty)
        default:
            throw .methodNotAllowed
        }
    }

    func moveMessage(_ call: MailboxCall, _ id: String) throws(GraphError) -> ServerResponse {
        guard call.request.method == "POST" else { throw .methodNotAllowed }
        try call.demand(["Mail.ReadWrite"])
        let (message, ids) = try findMessage(call, id)
        guard let text = JSONValue.parse(call.request.body)?["destinationId"]?.text else {
            throw .badRequest("Unable to read JSON request payload.")
        }
        let folder = try findFolder(call, text)
        let moved = store.with(call.mailbox.objectID) { contents in
            contents.move(key: message.key, to: folder.number, at: call.request.now)
            return contents.message(key: message.key)
        }
        guard let moved else { throw .notFound }
        var response = try write(call, moved, ids, nil)
        response.status = 201
        return response
    }

    func getMIME(_ call: MailboxCall, _ id: String) throws(GraphError) -> ServerResponse {
        try call.demand(MailboxCall.reading)
        guard call.request.method == "GET" else { throw .methodNotAllowed }
        let (message, _) = try findMessage(call, id)
        guard !message.isCorrupt, let mime = message.source.mime(received: message.received) else {
            throw .corrupt
        }
        return call.request.respond(type: "text/plain", mime)
    }

    private func write(
        _ call: MailboxCall, _ message: StoredMessage, _ ids: ExchangeIDs, _ folder: FolderReference?
    ) throws(GraphError) -> ServerResponse {
        let options = try QueryOptions(call.request.query, of: .messages)
        let renderer = try renderer(call, options, ids: ids)
        guard renderer.sparesContent || !message.isCorrupt else { throw .corrupt }
        let place = folder.map { "\($0.segment)/messages" } ?? "messages"
        let selected = options.selectText.map { "(\($0))" } ?? ""
        return call.request.json { writer in
            writer.member("@odata.context", call.context(place + selected + "/$entity"))
            renderer.write(message, .single, to: &writer)
        }
    }
}
