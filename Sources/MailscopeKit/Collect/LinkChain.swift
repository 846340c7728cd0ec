/// The links followed one after another, so that a circle is noticed.
struct LinkChain: Sendable {
    private var links: Set<Int> = []
    private var pages: Set<[MessageID]> = []
    private var emptyPages = 0

    /// - Throws: ``CollectError/circling(detail:)`` for a link or a page that came before, or too many empty pages.
    mutating func add(_ next: ScopedRequest, after page: MessagePage) throws(CollectError) {
        guard links.insert(next.url.hashValue).inserted else {
            throw .circling(detail: "the same link came twice")
        }
        if page.elements.isEmpty {
            emptyPages += 1
            guard emptyPages <= 200 else { throw .circling(detail: "200 empty pages in a row") }
        } else {
            emptyPages = 0
            guard pages.insert([page.elements[0].id, page.elements[page.elements.count - 1].id]).inserted
            else {
                throw .circling(detail: "the same page came twice")
            }
        }
    }
}
