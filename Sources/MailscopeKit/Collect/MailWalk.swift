/// Lists messages from a moment on, oldest first, until nothing more comes.
///
/// Pages are found by key, not by the service's links: after each page the next begins at the second of its last
/// message, so that mail which comes or goes meanwhile shifts nothing, and a link that the service forgot loses
/// nothing. What is then listed twice is told by its id. Links are followed in two cases only: while all of a page
/// lies in the second where it began, and where pages are not in order, for then only the whole walk is to be trusted.
///
/// A page of whole messages that cannot be had is asked for again with half as many. When two are still too many, ids
/// are listed instead, and each message has to be fetched by itself: so the one at fault is found.
struct MailWalk: Sendable {
    /// What of each message: everything wanted, or ids only (the messages then have no body).
    private let selection: [String]?
    private let brings: Bool
    private let settings: CollectionSettings
    private let until: String?
    /// The second from which the next page is asked for.
    private(set) var position: String
    private var link: ScopedRequest?
    /// Pages of this chain of links, to notice a circle.
    private var chain = LinkChain()
    private var top: Int
    /// While the second at ``position`` is listed by ids because its messages cannot be listed whole.
    private var isolated: Isolation?
    private struct Isolation {
        let second: String
        let top: Int
    }
    /// The second where a page could not be had; until it is behind, pages do not grow again.
    private var narrowed: String?
    /// Whether the last page was found by a later second than the one before it.
    private var hasMoved = false
    private var isOrdered = true
    /// The latest second of a walk without order.
    private var latest: String?
    private(set) var isEnded = false

    /// Walks whole messages.
    static func messages(from position: String, settings: CollectionSettings) -> MailWalk {
        MailWalk(
            selection: settings.selection, brings: settings.content != .mime, settings: settings, until: nil,
            position: position, top: settings.content == .mime ? 1000 : 50)
    }

    /// Walks ids.
    static func ids(from position: String, until: String?, settings: CollectionSettings) -> MailWalk {
        MailWalk(
            selection: CollectionSettings.identity, brings: false, settings: settings, until: until,
            position: position, top: 1000)
    }

    private init(
        selection: [String]?, brings: Bool, settings: CollectionSettings, until: String?, position: String,
        top: Int
    ) {
        self.selection = selection
        self.brings = brings
        self.settings = settings
        self.until = until
        self.position = position
        self.top = top
    }

    /// The next page; an empty one does not mean the end, ``isEnded`` does.
    ///
    /// - Throws: ``CollectError/mailbox(_:)``, also for a page whose ids cannot be listed; ``CollectError/circling(detail:)``.
    mutating func next(_ mail: GraphMail) async throws(CollectError) -> ListedPage {
        let isBringing = brings && isolated == nil
        let page: MessagePage
        do throws(GraphError) {
            page = try await ask(mail, for: isBringing ? selection : CollectionSettings.identity)
        } catch {
            guard isBringing, error.mayBeOneMessages else { throw CollectError(error) }
            try await narrow(mail)
            return ListedPage(messages: [], reached: nil)
        }
        let listed = page.elements.filter { !$0.isRemoved }.map {
            ListedMessage(
                id: $0.id, receivedDateTime: $0.receivedDateTime, body: isBringing ? page.slice($0) : nil)
        }
        if isBringing { adapt(to: page) }
        return ListedPage(messages: listed, reached: try advance(over: page))
    }

    private func ask(_ mail: GraphMail, for selection: [String]?) async throws(GraphError) -> MessagePage {
        if let link { return try await mail.page(following: link, bodyLimit: settings.pageLimit) }
        let query = MessageQuery(from: position, until: until, select: selection, top: isolated?.top ?? top)
        return try await mail.page(query, bodyLimit: settings.pageLimit)
    }

    /// Asks for less after a page that could not be had. When ids cannot be had either, nothing is the matter with a
    /// message, and the walk ends with that error.
    private mutating func narrow(_ mail: GraphMail) async throws(CollectError) {
        do throws(GraphError) {
            let query = MessageQuery(from: position, select: CollectionSettings.identity, top: 1)
            _ = try await mail.page(query, bodyLimit: settings.pageLimit)
        } catch {
            throw CollectError(error)
        }
        restart()
        narrowed = position
        if top > 2 { top = Swift.max(2, top / 2) } else { isolate(top: top) }
    }

    /// Lists the second at ``position`` by ids.
    private mutating func isolate(top: Int) {
        isolated = Isolation(second: position, top: top)
        restart()
    }

    /// Begins again at ``position``, without links.
    private mutating func restart() {
        link = nil
        chain = LinkChain()
        isOrdered = true
        latest = nil
    }

    private mutating func adapt(to page: MessagePage) {
        guard !page.elements.isEmpty, narrowed != position else { return }
        let fitting = settings.pageBytes * page.elements.count / Swift.max(1, page.bytes.count)
        top = Swift.min(Swift.max(fitting, 2), top * 4, 1000)
    }

    /// Decides what is asked for next.
    ///
    /// - Returns: how far the mailbox is seen.
    private mutating func advance(over page: MessagePage) throws(CollectError) -> String? {
        if isOrdered, !inOrder(page) {
            isOrdered = false
            latest = nil
        }
        if !isOrdered { return try advanceUnordered(over: page) }
        if let last = page.elements.last.flatMap({ GraphTime.second($0.receivedDateTime) }), last > position {
            let isFull = page.elements.count >= (isolated?.top ?? top)
            move(to: last)
            // A look behind the cursor is done with the second at its end, and costs one request.
            if last == until, page.next == nil, !isFull { isEnded = true }
            return last
        }
        if let next = page.next {
            try follow(next, after: page)
            return nil
        }
        // All that came lies in one second, and no link leads on. A full page looks as if the service forgot one.
        let isFull = link == nil && page.elements.count >= (isolated?.top ?? top)
        if isFull, isolated == nil, brings {
            isolate(top: 1000)
        } else if isFull || link != nil || isolated != nil || hasMoved {
            // So that a link forgotten here hides nothing that came later.
            let next = GraphTime.shifted(position, by: .seconds(1))
            isEnded = next == position
            if !isEnded { move(to: next) }
            hasMoved = false
        } else {
            isEnded = true
        }
        return nil
    }

    private mutating func move(to second: String) {
        position = second
        hasMoved = true
        isolated = nil
        restart()
        if let until, second > until { isEnded = true }
    }

    private mutating func advanceUnordered(over page: MessagePage) throws(CollectError) -> String? {
        let seconds = page.elements.compactMap { GraphTime.second($0.receivedDateTime) }
        latest = ([latest].compactMap { $0 } + seconds).max()
        if let next = page.next {
            try follow(next, after: page)
            return nil
        }
        isEnded = true
        return latest.map { max($0, position) }
    }

    private mutating func follow(_ next: ScopedRequest, after page: MessagePage) throws(CollectError) {
        try chain.add(next, after: page)
        link = next
    }

    private func inOrder(_ page: MessagePage) -> Bool {
        var last = position
        for element in page.elements {
            guard let second = GraphTime.second(element.receivedDateTime), second >= last else {
                return false
            }
            last = second
        }
        return true
    }
}
