extension GraphAPI {
    /// `/mailFolders/{id}/messages/delta`. Source: §2.
    func messageDelta(_ call: MailboxCall, _ folder: FolderReference) throws(GraphError) -> ServerResponse {
        let incoming = try QueryOptions(call.request.query, of: .messages)
        let token = try startOrContinue(call, incoming, folder: folder.folder.number)
        let options = try QueryOptions(token.query, of: .messages)
        if token.phase == .initial { try Self.demandSupported(options, call.switches) }
        let (ids, page) = store.with(call.mailbox.objectID) { contents in
            let round = DeltaRound(
                options: options, switches: call.switches,
                isImmutable: call.request.preferences.wantsImmutableIDs, size: Self.pageSize(call))
            return (contents.ids, round.page(token, in: &contents))
        }
        let renderer = try renderer(call, options, ids: ids)
        let isBroken = page.entries.contains { entry in
            if case .whole(let message) = entry { message.isCorrupt } else { false }
        }
        if isBroken, !renderer.sparesContent { throw .corrupt }
        return call.request.json(applied: ["odata.track-changes"]) { writer in
            writer.member("@odata.context", "\(call.request.base)/v1.0/$metadata#Collection(message)")
            writer.name("value")
            writer.array { writer in
                for entry in page.entries {
                    writer.object { writer in
                        switch entry {
                        case .whole(let message): renderer.write(message, .delta, to: &writer)
                        case .readState(let message): renderer.writeReadState(message, to: &writer)
                        case .removed(let key, let item):
                            writer.member("@odata.type", "#microsoft.graph.message")
                            let isImmutable = call.request.preferences.wantsImmutableIDs
                            writer.member(
                                "id",
                                isImmutable
                                    ? ids.immutable(key: key) : ids.message(item: item, folder: token.folder))
                            Self.writeRemoved(to: &writer)
                        }
                    }
                }
            }
            Self.writeLink(
                "\(folder.segment)/messages/delta", page.token, isLast: page.isLast, call, to: &writer)
        }
    }

    /// `/mailFolders/delta`: all folders in one flat stream. Source: §4.
    func folderDelta(_ call: MailboxCall) throws(GraphError) -> ServerResponse {
        let incoming = try QueryOptions(call.request.query, of: .folders)
        var token = try startOrContinue(call, incoming, folder: -1)
        let options = try QueryOptions(token.query, of: .folders)
        let (renderer, folders, sequence, changed) = store.with(call.mailbox.objectID) { contents in
            (FolderRenderer(contents), contents.folders, contents.sequence, contents.folderChanges)
        }
        if token.phase == .rest { (token.phase, token.upTo, token.told) = (.changes, sequence, 0) }
        var numbers = [Int]()
        if token.phase == .initial {
            numbers = folders.filter { $0.number > 0 && !$0.isDeleted }.map(\.number)
        } else {
            for change in changed where change.sequence > token.from && change.sequence <= token.upTo {
                if !numbers.contains(change.folder) { numbers.append(change.folder) }
            }
        }
        let start = Swift.min(token.told, numbers.count)
        let end = Swift.min(start + Self.pageSize(call), numbers.count)
        token.told = end
        let isLast = end == numbers.count
        if isLast, token.phase == .changes { token.from = token.upTo }
        return call.request.json(applied: ["odata.track-changes"]) { writer in
            writer.member("@odata.context", "\(call.request.base)/v1.0/$metadata#Collection(mailFolder)")
            writer.name("value")
            writer.array { writer in
                for number in numbers[start..<end] {
                    writer.object { writer in
                        guard !folders[number].isDeleted else {
                            writer.member("id", renderer.ids.folder(number))
                            return Self.writeRemoved(to: &writer)
                        }
                        renderer.write(folders[number], options.selectedNames, to: &writer)
                    }
                }
            }
            Self.writeLink("mailFolders/delta", token, isLast: isLast, call, to: &writer)
        }
    }

    /// The token to go on from, with its generation spent, or a new walk's.
    private func startOrContinue(
        _ call: MailboxCall, _ options: QueryOptions, folder: Int
    ) throws(GraphError) -> DeltaToken {
        guard call.request.method == "GET" else { throw .methodNotAllowed }
        guard !call.switches.isDeltaOverQuota else {
            throw GraphError(
                status: 403, code: "ErrorQuotaExceeded", message: "The mailbox has exceeded its quota.")
        }
        // "latest" means nothing for mail. Source: §2.3.
        let given = options.skipToken ?? (options.deltaToken == "latest" ? nil : options.deltaToken)
        guard let given, !given.isEmpty else {
            let query = options.repeatable.filter { !$0.lowercased().contains("deltatoken=") }
            let sequence = store.with(call.mailbox.objectID) { contents in
                if folder >= 0 { contents.follow(folder: folder) }
                return contents.sequence
            }
            return DeltaToken(
                walk: store.withTokens { $0.begin() }, generation: SyncStates.first, folder: folder,
                from: sequence,
                query: query.joined(separator: "&"))
        }
        guard var token = DeltaToken(given), token.folder == folder else {
            throw .badRequest("Badly formed token.")
        }
        let (next, listing) = store.withTokens { states in
            (states.advance(walk: token.walk, from: token.generation), states.listing(walk: token.walk))
        }
        guard let next else { throw .syncStateNotFound(generation: token.generation, listing: listing) }
        token.generation = next
        return token
    }

    /// Source: §2.3.
    private static func demandSupported(_ options: QueryOptions, _ switches: GraphSwitches) throws(GraphError)
    {
        if options.search != nil {
            throw .badRequest("Unsupported request: '$search' is not supported with change tracking.")
        }
        if options.top != nil, switches.deltaTop == .refused {
            throw .badRequest("Unsupported request: '$top' is not supported with change tracking.")
        }
        let order = options.orderBy
        guard order.isEmpty || order == [.init(field: .receivedDateTime, isDescending: true)] else {
            throw .badRequest("Unsupported request: '$orderby' is not supported with change tracking.")
        }
        switch options.filter {
        case nil, .comparison(.receivedDateTime, .ge, _), .comparison(.receivedDateTime, .gt, _): break
        default: throw .badRequest("Unsupported request: '$filter' is not supported with change tracking.")
        }
    }

    /// Ten, or what the header asks for, on each page anew. Source: §2.3.
    private static func pageSize(_ call: MailboxCall) -> Int {
        let size = Swift.min(call.request.preferences.pageSize ?? 10, 1_000)
        return call.switches.hasShortPages ? Swift.max(1, size - size / 4 - 1) : size
    }

    private static func writeRemoved(to writer: inout JSONWriter) {
        writer.name("@removed")
        writer.object { $0.member("reason", "deleted") }
    }

    private static func writeLink(
        _ place: String, _ token: DeltaToken, isLast: Bool, _ call: MailboxCall, to writer: inout JSONWriter
    ) {
        var token = token
        if isLast { token.phase = .rest }
        let option = isLast ? "$deltatoken" : "$skiptoken"
        writer.member(
            isLast ? "@odata.deltaLink" : "@odata.nextLink", call.link(place, ["\(option)=\(token.text)"]))
    }
}
