/// Which pages are settled, in the order in which they were listed.
struct PageProgress: Sendable {
    private var pages: [(number: Int, open: Int, reached: String?)] = []
    private var pageOf: [MessageID: Int] = [:]
    private var count = 0
    /// As far as all pages are settled.
    private(set) var reached: String?

    mutating func add(_ ids: [MessageID], reached: String?) {
        pages.append((count, ids.count, reached))
        for id in ids { pageOf[id] = count }
        count += 1
        shift()
    }

    mutating func settle(_ ids: [MessageID]) {
        for id in ids {
            guard let number = pageOf.removeValue(forKey: id), let first = pages.first?.number else {
                continue
            }
            pages[number - first].open -= 1
        }
        shift()
    }

    private mutating func shift() {
        while let first = pages.first, first.open == 0 {
            if let page = first.reached { reached = Swift.max(reached ?? page, page) }
            pages.removeFirst()
        }
    }
}
