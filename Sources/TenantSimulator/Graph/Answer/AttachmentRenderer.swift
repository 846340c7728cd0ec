internal import FoundationEssentials

/// Writes attachments of one message. Source: the sheet on Graph, "Attachments".
struct AttachmentRenderer: Sendable {
    let ids: ExchangeIDs
    let isImmutable: Bool
    let message: StoredMessage
    /// In lower case; nil for all properties.
    var selected: Set<String>?
    var expandsItem = false

    static let properties: Set<String> = [
        "id", "lastmodifieddatetime", "name", "contenttype", "size", "isinline", "contentid",
        "contentlocation",
        "contentbytes",
    ]

    func isWanted(_ name: String) -> Bool { selected?.contains(name) ?? true }

    /// The members of an attachment's object, between its braces.
    func write(_ attachment: MailAttachment, _ index: Int, to writer: inout JSONWriter) {
        let type: String
        switch attachment.kind {
        case .file: type = "fileAttachment"
        case .item: type = "itemAttachment"
        case .reference: type = "referenceAttachment"
        }
        writer.member("@odata.type", "#microsoft.graph.\(type)")
        if case .file = attachment.kind { writer.member("@odata.mediaContentType", attachment.contentType) }
        writer.member(
            "id",
            ids.attachment(
                index, key: message.key, item: isImmutable ? nil : message.item, folder: message.folder))
        if isWanted("lastmodifieddatetime") { writer.member("lastModifiedDateTime", message.modified.text) }
        if isWanted("name") { writer.member("name", attachment.name) }
        if isWanted("contenttype") {
            // An attached item has no type of its own.
            if case .item = attachment.kind {
                writer.member("contentType", String?.none)
            } else {
                writer.member("contentType", attachment.contentType)
            }
        }
        if isWanted("size") { writer.member("size", attachment.size) }
        if isWanted("isinline") { writer.member("isInline", attachment.isInline) }
        switch attachment.kind {
        case .file:
            if isWanted("contentid") { writer.member("contentId", attachment.contentID) }
            if isWanted("contentlocation") { writer.member("contentLocation", String?.none) }
            if isWanted("contentbytes") {
                writer.name("contentBytes")
                writer.value(escaped: [[UInt8](Data(attachment.bytes).base64EncodedData())])
            }
        case .item(let subject, let sent) where expandsItem:
            writer.name("item")
            writer.object { writer in
                writer.member("@odata.type", "#microsoft.graph.message")
                writer.member("id", "")
                writer.member("subject", subject)
                writer.member("sentDateTime", sent.text)
            }
        default: break
        }
    }
}
