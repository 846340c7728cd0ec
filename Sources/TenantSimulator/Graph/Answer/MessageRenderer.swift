/// Writes messages of one mailbox as one request wants them.
struct MessageRenderer: Sendable {
    enum Style { case list, single, delta }

    let ids: ExchangeIDs
    let isImmutable: Bool
    let properties: [MessageProperty]
    let hasSelect: Bool
    var asText = false
    var expandsAttachments = false

    /// Whether a corrupt message stays readable: nothing of its content is asked for.
    var sparesContent: Bool {
        !expandsAttachments && properties.allSatisfy(MessageProperty.outsideContent.contains)
    }

    func id(_ message: StoredMessage) -> String {
        isImmutable
            ? ids.immutable(key: message.key) : ids.message(item: message.item, folder: message.folder)
    }

    /// The members of a message's object, between its braces.
    func write(_ message: StoredMessage, _ style: Style, to writer: inout JSONWriter) {
        let content = sparesContent ? nil : message.source.content(received: message.received)
        let type = content?.type ?? message.source.type(received: message.received)
        if style == .delta || type != MessageContent.plainType { writer.member("@odata.type", "#\(type)") }
        writer.member("@odata.etag", "W/\"\(ids.changeKey(message.version))\"")
        let id = id(message)
        for property in properties { write(property, message, id, content, to: &writer) }
        if !hasSelect, type.hasPrefix("microsoft.graph.eventMessage") {
            writer.member("meetingMessageType", "meetingRequest")
        }
        guard expandsAttachments, let content else { return }
        writer.name("attachments")
        writer.array { writer in
            let renderer = AttachmentRenderer(ids: ids, isImmutable: isImmutable, message: message)
            for (index, attachment) in content.attachments.enumerated() {
                writer.object { renderer.write(attachment, index, to: &$0) }
            }
        }
    }

    /// What a delta round tells of a message that was only read or marked unread.
    /// Source: the sheet on Graph, "Entry shapes".
    func writeReadState(_ message: StoredMessage, to writer: inout JSONWriter) {
        writer.member("@odata.type", "#microsoft.graph.message")
        writer.member("@odata.etag", "W/\"\(ids.changeKey(message.version))\"")
        writer.member("id", id(message))
        writer.member("parentFolderId", ids.folder(message.folder))
        writer.member("isRead", message.isRead)
    }

    private func write(
        _ property: MessageProperty, _ message: StoredMessage, _ id: String, _ content: MessageContent?,
        to writer: inout JSONWriter
    ) {
        writer.name(property.rawValue)
        switch property {
        case .id: writer.value(id)
        case .createdDateTime, .receivedDateTime: writer.value(message.received.text)
        case .lastModifiedDateTime: writer.value(message.modified.text)
        case .changeKey: writer.value(ids.changeKey(message.version))
        case .parentFolderId: writer.value(ids.folder(message.folder))
        case .isRead: writer.value(message.isRead)
        case .webLink:
            writer.value(
                "https://outlook.office365.com/owa/?ItemID=\(PercentText.encode(id))"
                    + "&exvsurl=1&viewmodel=ReadMessageItem")
        case .inferenceClassification: writer.value("focused")
        default:
            if let content { write(property, of: content, to: &writer) } else { writer.value(String?.none) }
        }
    }

    private func write(_ property: MessageProperty, of content: MessageContent, to writer: inout JSONWriter) {
        switch property {
        case .categories: writer.array { for category in content.categories { $0.value(category) } }
        case .sentDateTime: writer.value(content.sent?.text)
        case .hasAttachments: writer.value(content.hasAttachments)
        case .internetMessageId: writer.value(content.internetMessageID)
        case .subject: writer.value(content.subject)
        case .bodyPreview: writer.value(content.body.preview)
        case .importance: writer.value(content.importance)
        case .conversationId: writer.value(ids.conversation(content.conversation))
        case .conversationIndex:
            var random = SeededGenerator(seed: content.conversation)
            writer.value(ExchangeAlphabet.encodeStandard([1] + random.bytes(21)))
        case .isDeliveryReceiptRequested: writer.value(content.wantsDeliveryReceipt)
        case .isReadReceiptRequested: writer.value(content.wantsReadReceipt)
        case .isDraft: writer.value(content.isDraft)
        case .internetMessageHeaders:
            writer.array { writer in
                for header in content.headers {
                    writer.object {
                        $0.member("name", header.name)
                        $0.member("value", header.value)
                    }
                }
            }
        case .body, .uniqueBody:
            writer.object { writer in
                writer.member("contentType", asText ? "text" : "html")
                writer.name("content")
                writer.value(escaped: content.body.json(asText: asText))
            }
        case .sender: write(content.sender ?? content.from, to: &writer)
        case .from: write(content.from, to: &writer)
        case .toRecipients: write(content.to, to: &writer)
        case .ccRecipients: write(content.cc, to: &writer)
        case .bccRecipients: write(content.bcc, to: &writer)
        case .replyTo: write(content.replyTo, to: &writer)
        case .flag: writer.object { $0.member("flagStatus", "notFlagged") }
        default: writer.value(String?.none)
        }
    }

    private func write(_ addresses: [MailAddress], to writer: inout JSONWriter) {
        writer.array { for address in addresses { write(address, to: &$0) } }
    }

    private func write(_ address: MailAddress?, to writer: inout JSONWriter) {
        guard let address else { return writer.value(String?.none) }
        writer.object { writer in
            writer.name("emailAddress")
            writer.object {
                $0.member("name", address.name)
                $0.member("address", address.address)
            }
        }
    }
}
