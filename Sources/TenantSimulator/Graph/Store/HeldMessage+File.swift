internal import FoundationEssentials

extension HeldMessage {
    /// A message of given MIME. Its JSON properties are read from the header, leniently; the body is shown as it stands
    /// after the header, at most 64 KiB of it, and attachments are not taken apart.
    static func parsed(_ mime: [UInt8], stored: MIME) -> HeldMessage {
        let headers = MailHeaders(mime)
        let body = MailHeaders.text(Array(mime[headers.bodyStart...].prefix(65_536)))
        let isHTML = headers["content-type"]?.lowercased().contains("text/html") ?? false
        var content = MessageContent(body: MessageBody(isHTML: isHTML, content: .literal(body)))
        content.subject = headers["subject"]
        content.from = headers.addresses("from").first
        content.sender = headers.addresses("sender").first ?? content.from
        content.to = headers.addresses("to")
        content.cc = headers.addresses("cc")
        content.bcc = headers.addresses("bcc")
        content.replyTo = headers.addresses("reply-to")
        content.sent = headers.date
        content.internetMessageID = headers["message-id"]
        content.headers = headers.fields
        content.conversation = stableHash(headers["thread-topic"] ?? content.subject ?? "")
        switch headers["importance"]?.lowercased() {
        case "high": content.importance = "high"
        case "low": content.importance = "low"
        default: break
        }
        return HeldMessage(content: content, mime: stored)
    }
}
