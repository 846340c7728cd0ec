/// The confinement: it alone makes Graph requests for the daemon, and they all read one mailbox.
///
/// `GET` at one https origin, version v1.0, `/users/<mailbox>/messages[/{id}[/$value|/attachments[/{id}[/$value]]]]`,
/// or where the owner chose a folder, lists from `/users/<mailbox>/mailFolders/<folder>/messages[/delta]`. Nothing of a
/// link's path is sent as it came: ``admit(_:)`` parses, compares, and builds the path again from the owner's own
/// mailbox and folder. Only the query, which cannot name a mailbox, is sent as the service wrote it.
package struct MailboxScope: Sendable {
    private let host: String
    private let port: Int
    /// In the path of every request: the object id where it is known, for the address can lead to stale answers.
    private let key: String
    /// Every name of the mailbox that a link may use, lower case.
    private let names: Set<String>
    private let folder: String?

    /// - Parameters:
    ///   - root: `https://graph.microsoft.com`, or another cloud's or a test's origin.
    ///   - mailbox: the primary address (or user principal name), or the object id.
    ///   - objectID: the same mailbox's object id, where the owner knows both. Requests then use it.
    ///   - folder: a well-known name (`inbox`) or a folder's id; nil for the whole mailbox.
    /// - Throws: ``ScopeError/unusable(setting:reason:)``.
    package init(
        root: String, mailbox: String, objectID: String? = nil, folder: String? = nil
    ) throws(ScopeError) {
        do throws(GraphLink.Fault) {
            let origin = try GraphLink(root.hasSuffix("/") ? String(root.dropLast()) : root)
            guard origin.segments.isEmpty, origin.query == nil else {
                throw GraphLink.Fault(reason: "it must be https://host or https://host:port, without a path")
            }
            (host, port) = (origin.host, origin.port)
        } catch {
            throw .unusable(setting: "Graph root", reason: error.reason)
        }
        guard Self.isAddress(mailbox) || Self.isObjectID(mailbox) else {
            throw .unusable(setting: "mailbox", reason: "it must be one address or one object id (a GUID)")
        }
        if let objectID, !Self.isObjectID(objectID) {
            throw .unusable(setting: "mailbox's object id", reason: "it must be a GUID")
        }
        if let folder {
            guard (try? Self.segment(folder, of: "folder")) != nil else {
                throw .unusable(
                    setting: "folder", reason: "it must be a well-known name, inbox say, or an id")
            }
        }
        key = objectID ?? mailbox
        names = Set([mailbox, objectID].compactMap { $0?.lowercased() })
        self.folder = folder
    }

    /// Lists messages.
    ///
    /// - Throws: ``ScopeError/unusableValue(what:reason:)`` where the query is none.
    package func messages(_ query: MessageQuery) throws(ScopeError) -> ScopedRequest {
        request(.messages, query: try query.text())
    }

    /// One message.
    package func message(_ id: MessageID, select: [String]?) throws(ScopeError) -> ScopedRequest {
        request(.message(try Self.segment(id)), query: try MessageQuery.selection(select))
    }

    /// One message as MIME text. Never under `mailFolders`: that is answered 405.
    package func mime(_ id: MessageID) throws(ScopeError) -> ScopedRequest {
        request(.mime(try Self.segment(id)), query: nil)
    }

    /// The attachments of a message, without their contents.
    package func attachments(of id: MessageID) throws(ScopeError) -> ScopedRequest {
        request(.attachments(try Self.segment(id)), query: "$select=id,name,contentType,size,isInline")
    }

    /// Takes a link that the service sent (`@odata.nextLink`, `@odata.deltaLink`).
    ///
    /// - Throws: ``ScopeError/foreignLink(reason:link:)`` for any other scheme, host, port, user-info, version,
    ///   mailbox, folder or resource, in whatever encoding, and for whatever two readers could read differently.
    package func admit(_ link: String) throws(ScopeError) -> ScopedRequest {
        do throws(GraphLink.Fault) {
            let parsed = try GraphLink(link)
            guard parsed.host == host, parsed.port == port else {
                throw GraphLink.Fault(reason: "it leads to another host")
            }
            return request(try target(parsed.segments), query: parsed.query)
        } catch {
            let beginning = link.prefix { $0 != "?" }
            throw .foreignLink(reason: error.reason, link: ServerText.line(beginning, limit: 160))
        }
    }
}

/// A GET that ``MailboxScope`` made. Nobody else can make one.
package struct ScopedRequest: Sendable, Equatable {
    package let url: String
    /// A delta walk; its page size is asked for by header.
    let isDelta: Bool

    fileprivate init(url: String, isDelta: Bool) {
        self.url = url
        self.isDelta = isDelta
    }
}

extension MailboxScope {
    /// What may be asked of the mailbox.
    private enum Target {
        case messages
        case delta
        case message(String)
        case mime(String)
        case attachments(String)
        case attachment(String, String)
        case attachmentContent(String, String)
    }

    private func request(_ target: Target, query: String?) -> ScopedRequest {
        var path = ["v1.0", "users", GraphLink.encoded(key, keeping: "@")]
        var isDelta = false
        switch target {
        case .messages, .delta:
            if let folder { path += ["mailFolders", GraphLink.encoded(folder, keeping: "=")] }
            path.append("messages")
            if case .delta = target {
                path.append("delta")
                isDelta = true
            }
        case .message(let id): path += ["messages", id]
        case .mime(let id): path += ["messages", id, "$value"]
        case .attachments(let id): path += ["messages", id, "attachments"]
        case .attachment(let id, let attachment): path += ["messages", id, "attachments", attachment]
        case .attachmentContent(let id, let attachment):
            path += ["messages", id, "attachments", attachment, "$value"]
        }
        let origin = port == 443 ? "https://\(host)/" : "https://\(host):\(port)/"
        let url = origin + path.joined(separator: "/") + (query.map { "?" + $0 } ?? "")
        return ScopedRequest(url: url, isDelta: isDelta)
    }

    /// Which of our targets the segments of a link name.
    private func target(_ segments: [String]) throws(GraphLink.Fault) -> Target {
        var steps: ArraySlice<String> = []
        for segment in segments { steps += try Self.steps(segment) }
        guard steps.popFirst() == "v1.0" else { throw GraphLink.Fault(reason: "it is not of version v1.0") }
        guard steps.popFirst()?.lowercased() == "users" else {
            throw GraphLink.Fault(reason: "it names no mailbox")
        }
        guard let name = steps.popFirst(), names.contains(name.lowercased()) else {
            throw GraphLink.Fault(reason: "it names another mailbox")
        }
        var isInFolder = false
        if steps.first?.lowercased() == "mailfolders" {
            steps.removeFirst()
            guard let name = steps.popFirst(), isOurFolder(name) else {
                throw GraphLink.Fault(reason: "it names another folder")
            }
            isInFolder = true
        }
        guard steps.popFirst()?.lowercased() == "messages" else {
            throw GraphLink.Fault(reason: "it leads to something other than messages")
        }
        let target = try Self.target(ofMessages: Array(steps))
        if case .messages = target, folder != nil, !isInFolder { throw GraphLink.Fault(reason: Self.wide) }
        if case .delta = target, folder != nil, !isInFolder { throw GraphLink.Fault(reason: Self.wide) }
        return target
    }

    private static let wide = "it leads out of the chosen folder"

    private static func target(ofMessages steps: [String]) throws(GraphLink.Fault) -> Target {
        let deltas = ["delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()"]
        if steps.isEmpty { return .messages }
        if steps.count == 1, deltas.contains(steps[0].lowercased()) { return .delta }
        var ids: [String] = []
        for (index, step) in steps.enumerated() where index == 0 || index == 2 {
            do throws(ScopeError) {
                ids.append(try segment(step, of: "id"))
            } catch {
                throw GraphLink.Fault(reason: "it holds an unusable id")
            }
        }
        switch steps.count {
        case 1: return .message(ids[0])
        case 2 where steps[1].lowercased() == "$value": return .mime(ids[0])
        case 2 where steps[1].lowercased() == "attachments": return .attachments(ids[0])
        case 3 where steps[1].lowercased() == "attachments": return .attachment(ids[0], ids[1])
        case 4 where steps[1].lowercased() == "attachments" && steps[3].lowercased() == "$value":
            return .attachmentContent(ids[0], ids[1])
        default: throw GraphLink.Fault(reason: "it leads to something other than messages")
        }
    }

    /// `users('x')` is `users`, `x`; quotes inside a key are doubled.
    private static func steps(_ segment: String) throws(GraphLink.Fault) -> [String] {
        guard let open = segment.firstIndex(of: "(") else {
            guard !segment.contains(")") else {
                throw GraphLink.Fault(reason: "its parentheses do not match")
            }
            return [segment]
        }
        let name = segment[..<open]
        let argument = segment[open...]
        if argument == "()" { return [segment] }
        guard !name.isEmpty, argument.count > 4, argument.hasPrefix("('"), argument.hasSuffix("')") else {
            throw GraphLink.Fault(reason: "its parentheses do not hold one quoted key")
        }
        let key = argument.dropFirst(2).dropLast(2)
        let parts = key.split(separator: "''", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.contains("'") && !$0.contains("(") && !$0.contains(")") }) else {
            throw GraphLink.Fault(reason: "its parentheses do not hold one quoted key")
        }
        return [String(name), parts.joined(separator: "'")]
    }

    /// The service may answer for `inbox` with links that name it by its id. We cannot know that id, and need not: the
    /// path is built from the owner's own name again. Another well-known name is another folder.
    private func isOurFolder(_ name: String) -> Bool {
        guard let folder else { return false }
        if Self.isWellKnown(folder) {
            return name.lowercased() == folder.lowercased() || !Self.isWellKnown(name)
        }
        return name == folder
    }

    /// Ids of Exchange are long; no well-known name is, and `recoverableitemsdeletions` is the longest.
    private static func isWellKnown(_ folder: String) -> Bool { folder.utf8.count < 40 }

    private static func segment(_ id: MessageID) throws(ScopeError) -> String {
        try segment(id.text, of: "message")
    }

    /// An id as one segment of a path: Exchange's `/` and `+`, where they appear, become Graph's `-` and `_`, all else
    /// that could mean something is encoded, once. Source: outlook-mail ids as decoded; graph.md §11.3.
    private static func segment(_ id: String, of what: String) throws(ScopeError) -> String {
        let mapped = id.utf8.map {
            $0 == UInt8(ascii: "/") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "+") ? UInt8(ascii: "_") : $0
        }
        guard (1...1_024).contains(mapped.count) else {
            throw .unusableValue(what: what, reason: "its id is empty or longer than 1,024 bytes")
        }
        let forbidden = Array("\\?%#".utf8)
        guard mapped.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !forbidden.contains($0) }),
            mapped.first != UInt8(ascii: "."), mapped.first != UInt8(ascii: "$"), !id.contains("..")
        else { throw .unusableValue(what: what, reason: "its id has characters that no id has") }
        return GraphLink.encoded(String(decoding: mapped, as: UTF8.self), keeping: "=")
    }

    private static func isAddress(_ text: String) -> Bool {
        let allowed = Array(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$&'*+-=^_`{|}~".utf8)
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 320 && !text.contains("..")
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != UInt8(ascii: ".") && part.last != UInt8(ascii: ".")
                    && part.allSatisfy(allowed.contains)
            }
    }

    private static func isObjectID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && text.utf8.count == 36
            && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }
}
