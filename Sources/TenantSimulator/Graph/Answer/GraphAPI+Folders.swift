extension GraphAPI {
    /// The folder that `text` (a well-known name or an id) names. Source: §4, §7.4.
    func findFolder(_ call: MailboxCall, _ text: String) throws(GraphError) -> MailFolder {
        let found: Result<MailFolder, GraphError> = store.with(call.mailbox.objectID) { contents in
            if let folder = contents.folder(wellKnownName: text) { return .success(folder) }
            switch contents.ids.parse(text) {
            case .success(.folder(let number)):
                return contents.folder(number).map { .success($0) } ?? .failure(.notFound)
            case .success, .failure(.malformed): return .failure(.malformedID)
            case .failure(.otherMailbox): return .failure(.otherMailbox(text, call.key))
            }
        }
        return try found.get()
    }

    /// The folders directly under one, or under the root. Source: §4.
    func listFolders(_ call: MailboxCall, parent: MailFolder?) throws(GraphError) -> ServerResponse {
        guard call.request.method == "GET" else { throw .methodNotAllowed }
        let options = try QueryOptions(call.request.query, of: .folders)
        let (contents, all) = store.with(call.mailbox.objectID) { contents in
            (FolderRenderer(contents), contents.children(of: parent?.number ?? 0))
        }
        let chosen = all.filter { folder in
            (options.includesHidden || !folder.isHidden)
                && (options.filter?.matches { field in
                    .text(field == .displayName ? folder.displayName : contents.ids.folder(folder.number))
                } ?? true)
        }
        let start = Swift.min(options.skip, chosen.count)
        let end = Swift.min(start + (options.top ?? 10), chosen.count)
        let place =
            parent.map { "mailFolders('\(contents.ids.folder($0.number))')/childFolders" } ?? "mailFolders"
        return call.request.json { writer in
            writer.member("@odata.context", call.context(place))
            if options.count { writer.member("@odata.count", chosen.count) }
            writer.name("value")
            writer.array { writer in
                for folder in chosen[start..<end] {
                    writer.object { contents.write(folder, options.selectedNames, to: &$0) }
                }
            }
            if end < chosen.count {
                writer.member("@odata.nextLink", call.link(place, options.repeatable + ["$skip=\(end)"]))
            }
        }
    }

    func getFolder(_ call: MailboxCall, _ folder: MailFolder) throws(GraphError) -> ServerResponse {
        guard call.request.method == "GET" else { throw .methodNotAllowed }
        let options = try QueryOptions(call.request.query, of: .folders)
        let renderer = store.with(call.mailbox.objectID) { FolderRenderer($0) }
        return call.request.json { writer in
            writer.member("@odata.context", call.context("mailFolders/$entity"))
            renderer.write(folder, options.selectedNames, to: &writer)
        }
    }
}

/// Writes folders of one mailbox.
struct FolderRenderer: Sendable {
    let ids: ExchangeIDs
    private let childCounts: [Int: Int]

    init(_ contents: MailboxContents) {
        ids = contents.ids
        childCounts = contents.folders.reduce(into: [:]) { counts, folder in
            if let parent = folder.parent, !folder.isDeleted { counts[parent, default: 0] += 1 }
        }
    }

    /// The members of a folder's object, those of `selected` (lower case) where it is given.
    func write(_ folder: MailFolder, _ selected: Set<String>?, to writer: inout JSONWriter) {
        func isWanted(_ name: String) -> Bool { selected?.contains(name) ?? true }
        writer.member("id", ids.folder(folder.number))
        if isWanted("displayname") { writer.member("displayName", folder.displayName) }
        if isWanted("parentfolderid") { writer.member("parentFolderId", ids.folder(folder.parent ?? 0xffff)) }
        if isWanted("childfoldercount") { writer.member("childFolderCount", childCounts[folder.number] ?? 0) }
        if isWanted("unreaditemcount") { writer.member("unreadItemCount", folder.unread) }
        if isWanted("totalitemcount") { writer.member("totalItemCount", folder.index.entries.count) }
        if isWanted("ishidden") { writer.member("isHidden", folder.isHidden) }
    }
}
