extension GraphAPI {
    /// Answers a request on a mailbox; `rest` is the path behind its key.
    func route(_ call: MailboxCall, _ rest: [String]) throws(GraphError) -> ServerResponse {
        switch rest[0].lowercased() {
        case "messages": return try routeMessages(call, Array(rest.dropFirst()), folder: nil)
        case "mailfolders": return try routeFolders(call, Array(rest.dropFirst()))
        default: return try answerElsewhere(call, rest)
        }
    }

    private func routeFolders(_ call: MailboxCall, _ rest: [String]) throws(GraphError) -> ServerResponse {
        guard let first = rest.first else {
            try call.demand(MailboxCall.basic)
            return try listFolders(call, parent: nil)
        }
        try call.demand(MailboxCall.basic)
        if ["delta", "microsoft.graph.delta"].contains(first.lowercased()), rest.count == 1 {
            guard !call.switches.isChina else { throw .malformedID }
            return try folderDelta(call)
        }
        var folder = try findFolder(call, first)
        var remaining = rest.dropFirst()
        while remaining.first?.lowercased() == "childfolders" {
            remaining = remaining.dropFirst()
            guard let id = remaining.popFirst() else { return try listFolders(call, parent: folder) }
            let child = try findFolder(call, id)
            guard child.parent == folder.number else { throw .notFound }
            folder = child
        }
        guard let next = remaining.first else { return try getFolder(call, folder) }
        guard next.lowercased() == "messages" else { throw .unknownSegment(next) }
        let name = rest[rest.count - remaining.count - 1]
        return try routeMessages(
            call, Array(remaining.dropFirst()), folder: FolderReference(folder: folder, text: name))
    }

    private func routeMessages(
        _ call: MailboxCall, _ rest: [String], folder: FolderReference?
    ) throws(GraphError) -> ServerResponse {
        guard let first = rest.first else {
            try call.demand(MailboxCall.basic)
            guard call.request.method == "GET" else { throw .methodNotAllowed }
            return try listMessages(call, folder)
        }
        if rest.count == 1 {
            switch first.lowercased() {
            case "delta", "microsoft.graph.delta":
                try call.demand(MailboxCall.basic)
                guard !call.switches.isChina else { throw .malformedID }
                guard let folder else { throw .noDelta }
                return try messageDelta(call, folder)
            case "$count":
                try call.demand(MailboxCall.basic)
                return try countMessages(call, folder)
            default:
                return try answerMessage(call, first, folder)
            }
        }
        switch rest[1].lowercased() {
        case "$value" where rest.count == 2:
            // Source: microsoft-graph-docs-contrib issues 2755 and 5546, against the documentation.
            guard folder == nil else { throw .methodNotAllowed }
            return try getMIME(call, first)
        case "attachments":
            return try routeAttachments(call, first, Array(rest.dropFirst(2)))
        case "move" where rest.count == 2:
            return try moveMessage(call, first)
        default:
            throw .unknownSegment(rest[1])
        }
    }
}

/// A folder, and what the client called it.
struct FolderReference {
    let folder: MailFolder
    let text: String

    /// The form that the service writes in its links. Source: §1.1.
    var segment: String { "mailFolders('\(PercentText.encode(text))')" }
}
