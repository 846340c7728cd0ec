extension GraphAPI {
    /// `rest` is the path behind `attachments`. Source: §3.2.
    func routeAttachments(_ call: MailboxCall, _ id: String, _ rest: [String]) throws(GraphError)
        -> ServerResponse
    {
        try call.demand(MailboxCall.reading)
        guard call.request.method == "GET" else { throw .methodNotAllowed }
        let (message, ids) = try findMessage(call, id)
        guard !message.isCorrupt else { throw .corrupt }
        let options = try QueryOptions(call.request.query, of: .others)
        if let unknown = options.selectedNames?.subtracting(AttachmentRenderer.properties).first {
            throw GraphError(
                status: 400, code: "RequestBroker--ParseUri",
                message: "Could not find a property named '\(unknown)' on type 'microsoft.graph.attachment'.",
                origin: .gateway)
        }
        let renderer = AttachmentRenderer(
            ids: ids, isImmutable: call.request.preferences.wantsImmutableIDs, message: message,
            selected: options.selectedNames, expandsItem: options.expandsItem)
        let attachments = message.source.content(received: message.received).attachments
        let context = "messages('\(PercentText.encode(id))')/attachments"
        guard let first = rest.first else {
            for attachment in attachments { try demandSmall(attachment, renderer, call) }
            return call.request.json { writer in
                writer.member("@odata.context", call.context(context))
                writer.name("value")
                writer.array { writer in
                    for (index, attachment) in attachments.enumerated() {
                        writer.object { renderer.write(attachment, index, to: &$0) }
                    }
                }
            }
        }
        let index = try attachmentIndex(call, ids, message, first)
        guard attachments.indices.contains(index) else { throw .notFound }
        let attachment = attachments[index]
        if rest.count == 1 {
            try demandSmall(attachment, renderer, call)
            return call.request.json { writer in
                writer.member("@odata.context", call.context(context + "/$entity"))
                renderer.write(attachment, index, to: &writer)
            }
        }
        guard rest.count == 2, rest[1].lowercased() == "$value" else { throw .unknownSegment(rest[1]) }
        guard attachment.size < call.switches.attachmentLimit else { throw .timeout }
        switch attachment.kind {
        case .reference: throw .methodNotAllowed
        case .file: return call.request.respond(type: attachment.contentType, .bytes(attachment.bytes))
        case .item: return call.request.respond(type: "text/plain", .bytes(attachment.bytes))
        }
    }

    /// A large attachment cannot be had within the gateway's thirty seconds.
    private func demandSmall(
        _ attachment: MailAttachment, _ renderer: AttachmentRenderer, _ call: MailboxCall
    ) throws(GraphError) {
        guard case .file = attachment.kind, renderer.isWanted("contentbytes"),
            attachment.size >= call.switches.attachmentLimit
        else { return }
        throw .timeout
    }

    private func attachmentIndex(
        _ call: MailboxCall, _ ids: ExchangeIDs, _ message: StoredMessage, _ text: String
    ) throws(GraphError) -> Int {
        switch ids.parse(text) {
        case .success(.attachment(let index, of: .key(message.key))),
            .success(.attachment(let index, of: .item(message.item, folder: message.folder))):
            return index
        case .success(.attachment): throw .notFound
        case .success, .failure(.malformed): throw .malformedID
        case .failure(.otherMailbox): throw .otherMailbox(text, call.key)
        }
    }
}
