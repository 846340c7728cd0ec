/// Finds the messages of one page.
struct MessageSelection {
    struct Page: Sendable {
        var messages: [StoredMessage] = []
        /// For the next link; nil on the last page.
        var nextSkip: Int?
        /// With `$count`.
        var total: Int?
    }

    let options: QueryOptions
    let switches: GraphSwitches

    /// Messages come newest first where no order is asked for.
    ///
    /// What `receivedDateTime` bounds is found in the index; the rest of a filter is looked at one by one.
    func page(of contents: MailboxContents, folder: Int?) -> Result<Page, GraphError> {
        guard isEfficient else { return .failure(.inefficient) }
        let entries = folder.map { contents.folders[$0].index } ?? contents.index
        let bounds = options.filter?.split
        let low = bounds?.from.map(entries.place(of:)) ?? 0
        let high = Swift.max(low, bounds?.before.map(entries.place(of:)) ?? entries.entries.count)
        let isDescending =
            options.orderBy.first.map { $0.field != .receivedDateTime || $0.isDescending } ?? true
        let isByReceipt =
            options.orderBy.allSatisfy { $0.field == .receivedDateTime } && options.orderBy.count < 2
        func message(_ place: Int) -> StoredMessage? {
            contents.message(key: entries.entries[isDescending ? high - 1 - place : low + place].key)
        }
        if isByReceipt, bounds?.rest == nil, options.search == nil {
            return .success(pick(from: high - low) { message($0) })
        }
        var matches: [(message: StoredMessage, values: [FilterValue])] = []
        let needed = options.skip + size + 1
        for place in 0..<(high - low) {
            guard let message = message(place) else { continue }
            let fields = MessageFields(message: message, ids: contents.ids)
            guard bounds?.rest?.matches(fields.value) ?? true, isFound(fields) else { continue }
            matches.append((message, isByReceipt ? [] : options.orderBy.map { fields.value($0.field) }))
            if isByReceipt, !options.count, matches.count >= needed * 2 { break }
        }
        if !isByReceipt { matches.sort { precedes($0, $1) } }
        return .success(pick(from: matches.count) { matches[$0].message })
    }

    private var size: Int {
        let top = options.top ?? 10
        return switches.hasShortPages ? Swift.max(1, top - top / 4 - 1) : top
    }

    private func pick(from count: Int, _ message: (Int) -> StoredMessage?) -> Page {
        let start = Swift.min(
            switches.countsOtherItems ? options.skip - options.skip / 6 : options.skip, count)
        let end = Swift.min(start + size, count)
        var page = Page(messages: (start..<end).compactMap(message))
        if end < count { page.nextSkip = switches.countsOtherItems ? end + end / 5 : end }
        if options.count { page.total = count }
        return page
    }

    /// The rule for `$filter` with `$orderby`. Source: §1.2.
    private var isEfficient: Bool {
        guard let filter = options.filter, !options.orderBy.isEmpty else { return true }
        return filter.fields.starts(with: options.orderBy.map(\.field))
    }

    private func isFound(_ fields: MessageFields) -> Bool {
        guard let search = options.search?.lowercased() else { return true }
        return [FilterField.subject, .fromAddress, .fromName].contains { field in
            if case .text(let text) = fields.value(field) {
                text.lowercased().contains(search)
            } else {
                false
            }
        }
    }

    private func precedes(
        _ left: (message: StoredMessage, values: [FilterValue]),
        _ right: (message: StoredMessage, values: [FilterValue])
    ) -> Bool {
        for (place, ordering) in options.orderBy.enumerated() {
            let order = left.values[place].compared(to: right.values[place]) ?? 0
            if order != 0 { return (order < 0) != ordering.isDescending }
        }
        return left.message.key < right.message.key
    }
}

/// The values of a message that filters look at; its content is only made when one needs it.
final class MessageFields {
    private let message: StoredMessage
    private let ids: ExchangeIDs
    private lazy var content = message.source.content(received: message.received)

    init(message: StoredMessage, ids: ExchangeIDs) {
        self.message = message
        self.ids = ids
    }

    func value(_ field: FilterField) -> FilterValue {
        switch field {
        case .receivedDateTime, .createdDateTime: .time(message.received, 0)
        case .lastModifiedDateTime: .time(message.modified, 0)
        case .isRead: .bool(message.isRead)
        case .sentDateTime: content.sent.map { .time($0, 0) } ?? .null
        case .isDraft: .bool(content.isDraft)
        case .hasAttachments: .bool(content.hasAttachments)
        case .subject: text(content.subject)
        case .importance: .text(content.importance)
        case .id: .text(ids.message(item: message.item, folder: message.folder))
        case .internetMessageId: text(content.internetMessageID)
        case .conversationId: .text(ids.conversation(content.conversation))
        case .parentFolderId: .text(ids.folder(message.folder))
        case .fromAddress: text(content.from?.address)
        case .fromName: text(content.from?.name)
        case .senderAddress: text((content.sender ?? content.from)?.address)
        case .senderName: text((content.sender ?? content.from)?.name)
        case .displayName: .null
        }
    }

    private func text(_ text: String?) -> FilterValue { text.map { .text($0) } ?? .null }
}
