/// A property that `$filter` and `$orderby` know.
enum FilterField: String, CaseIterable, Sendable {
    case receivedDateTime, sentDateTime, createdDateTime, lastModifiedDateTime, isRead, isDraft,
        hasAttachments
    case subject, importance, id, internetMessageId, conversationId, parentFolderId
    case fromAddress = "from/emailAddress/address"
    case fromName = "from/emailAddress/name"
    case senderAddress = "sender/emailAddress/address"
    case senderName = "sender/emailAddress/name"
    /// Of folders; messages have none.
    case displayName

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })

    /// The field of this name, in any case, if it is one of folders (or else, of messages).
    static func named(_ name: String, ofFolders: Bool = false) -> FilterField? {
        guard let field = byName[name.lowercased()] else { return nil }
        return (field == .displayName) == ofFolders || field == .id ? field : nil
    }
}

/// A value of a field.
enum FilterValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// Seconds, and nanoseconds behind them.
    case time(UTCTime, Int)
    case text(String)

    /// Less, equal, greater as -1, 0, 1; nil where the two cannot be compared. Text is compared without regard to case.
    func compared(to other: FilterValue) -> Int? {
        switch (self, other) {
        case (.null, .null): return 0
        case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
        case (.time(let left, let leftNano), .time(let right, let rightNano)):
            if left != right { return left < right ? -1 : 1 }
            return leftNano == rightNano ? 0 : leftNano < rightNano ? -1 : 1
        case (.text(let left), .text(let right)):
            let (left, right) = (left.lowercased(), right.lowercased())
            return left == right ? 0 : left < right ? -1 : 1
        default: return nil
        }
    }
}
