/// The properties of a message, in the order in which they are written.
///
/// Source: the sheet on Graph, "message resource".
enum MessageProperty: String, CaseIterable, Sendable {
    case id, createdDateTime, lastModifiedDateTime, changeKey, categories, receivedDateTime, sentDateTime
    case hasAttachments, internetMessageId, subject, bodyPreview, importance, parentFolderId, conversationId
    case conversationIndex, isDeliveryReceiptRequested, isReadReceiptRequested, isRead, isDraft, webLink
    case inferenceClassification, internetMessageHeaders, body, uniqueBody, sender, from, toRecipients
    case ccRecipients, bccRecipients, replyTo, flag

    /// By name in lower case: names are compared without regard to case.
    static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })

    /// Those that come without being asked for.
    static let usual = allCases.filter { $0 != .internetMessageHeaders && $0 != .uniqueBody }

    /// Not for Mail.ReadBasic.
    static let beyondBasic: Set<MessageProperty> = [.body, .bodyPreview, .uniqueBody]

    /// Those that a corrupt message still gives.
    static let outsideContent: Set<MessageProperty> = [
        .id, .createdDateTime, .lastModifiedDateTime, .changeKey, .receivedDateTime, .parentFolderId, .isRead,
    ]
}
