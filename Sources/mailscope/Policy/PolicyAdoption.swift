import FoundationEssentials
import MailscopeKit
import YAMLDocument

/// A specification's text with the ids of a registration put in, everything else untouched.
struct PolicyAdoption {
    private(set) var text: String
    /// What was put in, a line each.
    private(set) var changes: [String] = []

    /// - Throws: ``Failure`` where the registration is another one's, or the text resists.
    init(of app: RegisteredApp, into file: PolicyFile) throws(Failure) {
        text = String(decoding: file.bytes, as: UTF8.self)
        let specification = file.specification
        guard specification.tenantID == app.tenantId.lowercased() else {
            throw Self.otherThan("tenant.id", specification.tenantID, app.tenantId)
        }
        try put(
            app.clientId, over: specification.application.clientID, "client-id", in: ["application"],
            after: "name")
        try put(
            app.servicePrincipalId, over: specification.application.servicePrincipalID, "object-id",
            in: ["application"], after: "client-id")
        for (index, mailbox) in specification.mailboxes.enumerated() {
            let found = app.mailboxes.first { $0.address.lowercased() == mailbox.address.lowercased() }
            guard let found else { continue }
            try put(
                found.objectId, over: mailbox.objectID, "object-id", in: ["mailboxes", "\(index)"],
                after: "address")
        }
    }

    private static func otherThan(_ key: String, _ here: String, _ there: String) -> Failure {
        Failure(
            .failed, "\(key) is \(here) here and \(there) in the record",
            hints: ["find out which is right; nothing was changed"])
    }

    private mutating func put(
        _ id: String, over present: String?, _ key: String, in path: [String], after anchor: String
    ) throws(Failure) {
        let id = id.lowercased()
        let name = (path + [key]).joined(separator: ".")
        guard let present else {
            text = try inserting("\(key): \(id)", key: key, id: id, in: path, after: anchor)
            changes.append("\(name): \(id)")
            return
        }
        if present.lowercased() != id { throw Self.otherThan(name, present, id) }
    }

    /// The text with one more member, as a line of its own or, in `{…}`, behind the anchor; read again to be sure.
    private func inserting(
        _ entry: String, key: String, id: String, in path: [String], after anchor: String
    ) throws(Failure) -> String {
        let failure = Failure(
            .failed,
            "the line '\(entry)' could not be put below '\(anchor)' of \(path.joined(separator: "."))",
            hints: ["write it there by hand"])
        guard let tree = parsed(text), let members = Self.members(of: tree, at: path),
            let place = members.first(where: { $0.key == anchor }) ?? members.first
        else { throw failure }
        let wanted = Self.shape(tree, adding: (key, id), at: path)
        // CR LF is one character to Swift.
        let newline: Character = text.contains("\r\n") ? "\r\n" : "\n"
        let lines = text.split(separator: newline, omittingEmptySubsequences: false).map(String.init)
        let line = place.value.position.line - 1
        guard lines.indices.contains(line) else { throw failure }
        var block = lines
        let indentation = String(repeating: " ", count: place.keyPosition.column - 1)
        block.insert(indentation + entry, at: line + 1)
        var flow = lines
        if case .scalar(let value, let isQuoted) = place.value.content {
            let column = place.value.position.column - 1 + value.count + (isQuoted ? 2 : 0)
            if column <= lines[line].count {
                flow[line].insert(
                    contentsOf: ", " + entry,
                    at: lines[line].index(lines[line].startIndex, offsetBy: column))
            }
        }
        for candidate in [block, flow] {
            let text = candidate.joined(separator: String(newline))
            if let tree = parsed(text), Self.shape(tree, adding: nil, at: []) == wanted { return text }
        }
        throw failure
    }

    private func parsed(_ text: String) -> YAMLValue? { try? YAMLValue.parse(Array(text.utf8)) }

    private static func members(of value: YAMLValue, at path: [String]) -> [YAMLMember]? {
        guard let first = path.first else {
            guard case .mapping(let members) = value.content else { return nil }
            return members
        }
        switch value.content {
        case .mapping(let members):
            return members.first { $0.key == first }.flatMap {
                Self.members(of: $0.value, at: Array(path.dropFirst()))
            }
        case .sequence(let elements):
            guard let index = Int(first), elements.indices.contains(index) else { return nil }
            return Self.members(of: elements[index], at: Array(path.dropFirst()))
        case .scalar: return nil
        }
    }

    /// What a text says, whatever its order and places: `application.name=…`.
    private static func shape(
        _ value: YAMLValue, adding entry: (key: String, id: String)?, at path: [String]
    ) -> Set<String> {
        var shape = Set(leaves(of: value, at: ""))
        if let entry { shape.insert("." + (path + [entry.key]).joined(separator: ".") + "=" + entry.id) }
        return shape
    }

    private static func leaves(of value: YAMLValue, at path: String) -> [String] {
        switch value.content {
        case .scalar(let text, _): [path + "=" + text]
        case .mapping(let members): members.flatMap { leaves(of: $0.value, at: path + "." + $0.key) }
        case .sequence(let elements):
            elements.enumerated().flatMap { leaves(of: $0.element, at: path + ".\($0.offset)") }
        }
    }
}
