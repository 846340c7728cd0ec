/// What one page of a message delta walk tells. Source: §2.3 to §2.6.
struct DeltaRound {
    enum Entry: Sendable {
        case whole(StoredMessage)
        case readState(StoredMessage)
        case removed(key: Int, item: Int)
    }

    struct Page: Sendable {
        var entries: [Entry] = []
        var token: DeltaToken
        var isLast = false
    }

    let options: QueryOptions
    let switches: GraphSwitches
    let isImmutable: Bool
    let size: Int

    /// With a filter a round tells no more than this many messages. Source: §2.3.
    static let filteredLimit = 5_000

    func page(_ token: DeltaToken, in contents: inout MailboxContents) -> Page {
        contents.follow(folder: token.folder)
        var token = token
        switch token.phase {
        case .initial: break
        case .changes: break
        case .rest:
            (token.phase, token.upTo, token.told, token.hasBegun) = (.changes, contents.sequence, 0, false)
        }
        if switches.hasEmptyDeltaPages, !token.hasBegun {
            token.hasBegun = true
            return Page(token: token)
        }
        token.hasBegun = true
        return token.phase == .initial ? everything(token, contents) : changes(token, contents)
    }

    private func everything(_ token: DeltaToken, _ contents: MailboxContents) -> Page {
        let index = contents.folders[token.folder].index
        let low = options.filter?.split.from.map(index.place(of:)) ?? 0
        var place = index.place(of: ReceivedEntry(received: UTCTime(seconds: token.received), key: token.key))
        var page = Page(token: token)
        var limit = options.filter == nil ? Int.max : Self.filteredLimit
        if switches.deltaTop == .capsRound, let top = options.top { limit = Swift.min(limit, top) }
        while place > low, page.entries.count < size, page.token.told < limit {
            place -= 1
            let entry = index.entries[place]
            (page.token.received, page.token.key) = (entry.received.seconds, entry.key)
            page.token.told += 1
            if isWanted("created"), let message = contents.message(key: entry.key) {
                page.entries.append(.whole(message))
            }
        }
        page.isLast = place <= low || page.token.told >= limit
        return page
    }

    private func changes(_ token: DeltaToken, _ contents: MailboxContents) -> Page {
        let all = entries(token, contents)
        let start = Swift.min(token.told, all.count)
        let end = Swift.min(start + size, all.count)
        var page = Page(entries: Array(all[start..<end]), token: token, isLast: end == all.count)
        page.token.told = end
        if page.isLast { page.token.from = token.upTo }
        // What left the folder after this round began is for the next one to tell.
        page.entries.removeAll { entry in
            switch entry {
            case .whole(let message), .readState(let message): message.folder != token.folder
            case .removed: false
            }
        }
        return page
    }

    /// Everything of the round; the same for each of its pages but for the messages' own state.
    private func entries(_ token: DeltaToken, _ contents: MailboxContents) -> [Entry] {
        let log = contents.folders[token.folder].changes
        var (order, byKey) = ([Int](), [Int: [MailFolder.Change]]())
        for change in log where change.sequence > token.from && change.sequence <= token.upTo {
            if byKey[change.key] == nil { order.append(change.key) }
            byKey[change.key, default: []].append(change)
        }
        var entries: [Entry] = []
        for key in order {
            guard let changes = byKey[key], let first = changes.first, let last = changes.last else {
                continue
            }
            let wasThere = first.kind != .created
            let left = changes.first { $0.kind == .removed }
            if wasThere, let left, isWanted("deleted") {
                let isTold = !isImmutable || last.kind == .removed || switches.losesReturningMessages
                if isTold { entries.append(.removed(key: key, item: left.item)) }
            }
            let isLost = isImmutable && wasThere && left != nil && switches.losesReturningMessages
            // A message that is gone by now keeps its place, so that offsets of later pages stay right.
            guard last.kind != .removed, !isLost else { continue }
            guard let message = contents.message(key: key) else {
                entries.append(.removed(key: key, item: last.item))
                continue
            }
            if let entry = entry(message, changes, isNew: !wasThere || left != nil) { entries.append(entry) }
        }
        return switches.repeatsChanges ? entries + entries : entries
    }

    private func entry(_ message: StoredMessage, _ changes: [MailFolder.Change], isNew: Bool) -> Entry? {
        guard isWanted(isNew ? "created" : "updated") else { return nil }
        if !isNew, changes.allSatisfy({ $0.kind == .readState }) {
            // Source: §2.4: told only where isRead is selected, whatever the filter says.
            return options.select?.contains(.isRead) ?? true ? .readState(message) : nil
        }
        guard options.filter?.split.from.map({ message.received >= $0 }) ?? true else { return nil }
        return .whole(message)
    }

    private func isWanted(_ kind: String) -> Bool { options.changeType.map { $0 == kind } ?? true }
}
