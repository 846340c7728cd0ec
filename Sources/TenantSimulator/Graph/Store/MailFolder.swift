/// A folder of a mailbox, and what happened in it since somebody began to follow it.
struct MailFolder: Sendable {
    /// Something that a delta round tells of.
    struct Change: Sendable {
        enum Kind: Sendable { case created, updated, readState, removed }

        let sequence: Int
        let key: Int
        /// The message's item counter at that moment: a removal names the default id that went.
        let item: Int
        let kind: Kind
    }

    let number: Int
    var displayName: String
    /// nil for the root of all, `msgfolderroot`.
    var parent: Int?
    /// As `inbox`; nil for a folder that somebody made.
    let wellKnownName: String?
    var isHidden = false
    var isDeleted = false
    var index = ReceivedIndex()
    var unread = 0
    /// Whether changes are noted: from the first delta request on.
    var isFollowed = false
    var changes: [Change] = []

    /// Those that every mailbox has. Source: the sheet on Graph, "Mail folders".
    static let standard: [(wellKnownName: String, displayName: String, isHidden: Bool)] = [
        ("msgfolderroot", "Top of Information Store", false), ("inbox", "Inbox", false),
        ("archive", "Archive", false), ("conversationhistory", "Conversation History", false),
        ("deleteditems", "Deleted Items", false), ("drafts", "Drafts", false),
        ("junkemail", "Junk Email", false),
        ("outbox", "Outbox", false), ("sentitems", "Sent Items", false), ("syncissues", "Sync Issues", true),
        ("clutter", "Clutter", true),
    ]
}
