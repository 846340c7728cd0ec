/// A mapping of a file while it is read, key by key.
///
/// Every access notes that somebody knows the key, and turns a fault into a ``YAMLFinding`` instead of ending the
/// reading, so that one run tells all that is wrong. A mapping that the file does not have can be read as well: nothing
/// in it is required, and every value is nil.
package final class YAMLMapping {
    /// `sinks.maildir`; empty at the top.
    package let path: String
    /// Nil where the file does not have it.
    private let members: [YAMLMember]?
    private let position: YAMLPosition?
    private let notes: Notes
    private let reading: Reading
    private var asked: [String] {
        get { reading.asked }
        set { reading.asked = newValue }
    }

    /// What was asked of one mapping. Apart from it, or the notes would hold those who hold them.
    private final class Reading {
        let path: String
        let members: [YAMLMember]
        var asked: [String] = []
        init(path: String, members: [YAMLMember]) {
            self.path = path
            self.members = members
        }
    }

    /// What a whole file's reading has brought up.
    private final class Notes {
        let file: String
        let isSurvey: Bool
        var findings: [YAMLFinding] = []
        var readings: [Reading] = []
        init(file: String, isSurvey: Bool) {
            self.file = file
            self.isSurvey = isSurvey
        }
    }

    private init(path: String, members: [YAMLMember]?, position: YAMLPosition?, notes: Notes) {
        self.path = path
        self.members = members
        self.position = position
        self.notes = notes
        reading = Reading(path: path, members: members ?? [])
        notes.readings.append(reading)
    }

    /// The top of a file.
    ///
    /// `file` is the name that findings show.
    ///
    /// - Throws: ``YAMLFindings`` where the bytes are no YAML of the kind taken here, or no mapping.
    package convenience init(file: String, bytes: [UInt8]) throws(YAMLFindings) {
        let value: YAMLValue?
        do { value = try YAMLValue.parse(bytes) } catch {
            throw YAMLFindings([
                YAMLFinding(
                    file: file, position: error.position, key: "", reason: error.reason, hint: error.hint)
            ])
        }
        guard let value else {
            throw YAMLFindings([
                YAMLFinding(file: file, position: nil, key: "", reason: "the file is empty", hint: nil)
            ])
        }
        guard case .mapping(let members) = value.content else {
            throw YAMLFindings([
                YAMLFinding(
                    file: file, position: value.position, key: "",
                    reason: "keys and values are wanted, not \(value.noun)",
                    hint: "begin with a line such as 'key: value'")
            ])
        }
        self.init(
            path: "", members: members, position: value.position, notes: Notes(file: file, isSurvey: false))
    }

    /// A file that has nothing; reading it tells which keys the reader knows (``askedPaths``).
    package static func survey() -> YAMLMapping {
        YAMLMapping(path: "", members: nil, position: nil, notes: Notes(file: "", isSurvey: true))
    }

    /// The paths of all keys that were asked for, in the whole file; those of a list's elements have `[]` in them.
    package var askedPaths: [String] {
        notes.readings.flatMap { reading in reading.asked.map { Self.join(reading.path, $0) } }
    }

    /// Whether the file has this mapping.
    package var isPresent: Bool { members != nil }

    /// The keys that stand there, for a mapping whose keys are names chosen by the user.
    package var keys: [String] { members?.map(\.key) ?? [] }

    /// Whether the key stands there, whatever its value.
    package func has(_ key: String) -> Bool { member(key) != nil }

    /// The value as it stands, or nil where the key is missing.
    package func value(_ key: String) -> YAMLValue? { member(key)?.value }

    /// A value that must be there. Nil, and a finding, where it is missing or of another kind.
    package func required<Value>(_ key: String, _ kind: YAMLKind<Value>) -> Value? {
        let value = optional(key, kind)
        if isPresent, member(key) == nil {
            find(key, at: position, "is missing", hint: "add a line '\(key): \(kind.example)'")
        }
        return value
    }

    /// A value that may be there. Nil where it is missing; nil, and a finding, where it is of another kind.
    package func optional<Value>(_ key: String, _ kind: YAMLKind<Value>) -> Value? {
        member(key).flatMap { read($0.value, key, kind, hint: "write it as '\(key): \(kind.example)'") }
    }

    /// A list of scalars, `[a, b]` or a line each. Nil where it is missing; faulty elements are findings.
    package func list<Value>(_ key: String, _ kind: YAMLKind<Value>) -> [Value]? {
        guard let value = member(key)?.value else { return nil }
        guard case .sequence(let elements) = value.content else {
            find(
                key, at: value.position, "takes a list, not \(value.noun)",
                hint: "write it as '\(key): [\(kind.example)]'")
            return nil
        }
        return elements.enumerated().compactMap { index, element in
            read(element, "\(key)[\(index + 1)]", kind, hint: "such as \(kind.example)")
        }
    }

    /// A mapping inside this one; not present where the file does not have it, or has something else (a finding).
    package func mapping(_ key: String) -> YAMLMapping {
        let member = member(key)
        guard let member else { return absent(join(key)) }
        guard case .mapping(let members) = member.value.content else {
            let reason =
                member.value.isEmpty ? "has nothing in it" : "takes keys of its own, not \(member.value.noun)"
            find(key, at: member.value.position, reason, hint: nil)
            return absent(join(key))
        }
        return YAMLMapping(path: join(key), members: members, position: member.keyPosition, notes: notes)
    }

    /// The mappings of a list, each read by `body`; empty where the key is missing.
    package func mappings<Value>(_ key: String, _ body: (YAMLMapping) -> Value?) -> [Value] {
        guard let value = member(key)?.value else {
            if notes.isSurvey { _ = body(absent(join(key) + "[]")) }
            return []
        }
        guard case .sequence(let elements) = value.content else {
            find(key, at: value.position, "takes a list, not \(value.noun)", hint: nil)
            return []
        }
        return elements.enumerated().compactMap { index, element in
            guard case .mapping(let members) = element.content else {
                find(
                    "\(key)[\(index + 1)]", at: element.position, "takes keys, not \(element.noun)", hint: nil
                )
                return nil
            }
            return body(
                YAMLMapping(
                    path: join("\(key)[\(index + 1)]"), members: members, position: element.position,
                    notes: notes))
        }
    }

    /// Adds a fault that only the reader can see, at the key's value or, where the key is missing, at its mapping.
    package func find(_ key: String, _ reason: String, hint: String?) {
        find(key, at: members?.first { $0.key == key }?.value.position ?? position, reason, hint: hint)
    }

    /// Ends the reading of the whole file: keys that nobody asked for are findings too.
    ///
    /// - Throws: ``YAMLFindings`` where there are any, in the order of the text.
    package func finish() throws(YAMLFindings) {
        guard !notes.isSurvey else { return }
        let all = notes.findings + notes.readings.flatMap(unknown)
        guard all.isEmpty else {
            throw YAMLFindings(
                all.sorted { a, b in
                    (a.position?.line ?? 0, a.position?.column ?? 0)
                        < (b.position?.line ?? 0, b.position?.column ?? 0)
                })
        }
    }

    private func unknown(in reading: Reading) -> [YAMLFinding] {
        let asked = reading.asked
        return reading.members.filter { !asked.contains($0.key) }.map { member in
            YAMLFinding(
                file: notes.file, position: member.keyPosition, key: reading.path,
                reason: "there is no key '\(member.key)' here",
                hint: asked.nearest(to: member.key).map { "did you mean '\($0)'?" }
                    ?? "keys here: " + asked.joined(separator: ", "))
        }
    }

    private func absent(_ path: String) -> YAMLMapping {
        YAMLMapping(path: path, members: nil, position: nil, notes: notes)
    }

    private func member(_ key: String) -> YAMLMember? {
        if !asked.contains(key) { asked.append(key) }
        return members?.first { $0.key == key }
    }

    private func read<Value>(_ value: YAMLValue, _ key: String, _ kind: YAMLKind<Value>, hint: String)
        -> Value?
    {
        guard case .scalar(let text, let isQuoted) = value.content else {
            find(key, at: value.position, "takes \(kind.description), not \(value.noun)", hint: hint)
            return nil
        }
        guard !value.isEmpty else {
            find(key, at: value.position, "has no value", hint: hint)
            return nil
        }
        if let read = kind.read(text) { return read }
        let shown = text.count > 60 ? text.prefix(60) + "…" : text[...]
        find(
            key, at: value.position,
            "takes \(kind.description), not \(isQuoted ? "\"\(shown)\"" : "'\(shown)'")", hint: hint)
        return nil
    }

    private func find(_ key: String, at position: YAMLPosition?, _ reason: String, hint: String?) {
        notes.findings.append(
            YAMLFinding(file: notes.file, position: position, key: join(key), reason: reason, hint: hint))
    }

    private func join(_ key: String) -> String { Self.join(path, key) }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : key.isEmpty ? path : path + "." + key
    }
}

extension YAMLValue {
    /// What it is, with its article.
    var noun: String {
        switch content {
        case .mapping: "keys and values"
        case .sequence: "a list"
        case .scalar(let text, _): isEmpty ? "nothing" : "'\(text.prefix(60))'"
        }
    }

    /// YAML's null: nothing after the colon, or a plain `null` or `~`.
    var isEmpty: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null"].contains(text)
    }
}
