/// Everything about a message that does not change while it lies in a mailbox.
struct MessageContent: Sendable {
    static let plainType = "microsoft.graph.message"

    /// `microsoft.graph.message`, or a type that derives from it.
    var type = plainType
    var subject: String?
    var from: MailAddress?
    var sender: MailAddress?
    var to: [MailAddress] = []
    var cc: [MailAddress] = []
    var bcc: [MailAddress] = []
    var replyTo: [MailAddress] = []
    var sent: UTCTime?
    var internetMessageID: String?
    /// What `internetMessageHeaders` gives.
    var headers: [(name: String, value: String)] = []
    var body: MessageBody
    var attachments: [MailAttachment] = []
    var importance = "normal"
    var isDraft = false
    /// Null in real answers. Source: the sheet on Graph, "message resource".
    var wantsDeliveryReceipt: Bool?
    var wantsReadReceipt: Bool? = false
    var categories: [String] = []
    /// Messages of one conversation have the same number.
    var conversation: UInt64 = 0

    /// False when all attachments are inline. Source: the sheet on Graph, "message resource".
    var hasAttachments: Bool { attachments.contains { !$0.isInline } }
}
