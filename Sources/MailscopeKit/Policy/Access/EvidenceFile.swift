/// A file of evidence as the generated scripts write it, read with patience: UTF-8 or UTF-16, one element where a list is
/// meant, ids in any case. What is absent, null or not understood becomes a gap, never a guess.
struct EvidenceFile {
    static let exchange = "mailscope-evidence-exchange/1"
    static let directory = "mailscope-evidence-directory/1"

    let schema: String
    let root: EvidenceValue
    /// Sections that a script could not read, by name, and why.
    private let notRead: [String: String]
    /// True where the file says what could not be read, in rows that are understood: without that an empty list proves nothing.
    let saysWhatWasNotRead: Bool

    init(name: String, bytes: [UInt8]) throws(EvidenceError) {
        guard let text = EvidenceText.utf8(of: bytes) else { throw .notText(file: name) }
        do throws(JSONReader.Fault) {
            root = try EvidenceValue(text)
        } catch {
            let line = text.prefix(error.offset).reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
            throw .notJSON(file: name, line: line, reason: error.reason)
        }
        let found = root["schema"].string
        guard let found, found == Self.exchange || found == Self.directory else {
            throw .notEvidence(file: name, found: found)
        }
        schema = found
        var notRead: [String: String] = [:]
        let rows = root["notRead"].elements
        saysWhatWasNotRead = rows?.allSatisfy { $0["What"].string != nil } ?? false
        for row in rows ?? [] {
            guard let what = row["What"].string else { continue }
            let section = String(what.prefix { $0 != ":" })
            // Of one scope only: where its filter is understood nothing is missing.
            if section == "managementScopes", section != what { continue }
            notRead[section] = row["Why"].string ?? "no reason given"
        }
        self.notRead = notRead
    }

    /// The rows of a section; `read` gives nil where a row is not understood.
    func section<Row>(_ name: String, _ read: (EvidenceValue) -> Row?) -> EvidenceSection<Row> {
        var section = Self.section(root[name], at: "$." + name, read)
        if let why = notRead[name] { section.gaps.append("'\(name)' could not be read: \(why)") }
        return section
    }

    static func section<Row>(
        _ value: EvidenceValue, at path: String, _ read: (EvidenceValue) -> Row?
    ) -> EvidenceSection<Row> {
        guard let elements = value.elements else {
            return EvidenceSection([], gaps: ["the evidence does not say '\(path)'"])
        }
        var section = EvidenceSection<Row>([])
        for (index, element) in elements.enumerated() {
            if element.isObject, let row = read(element) {
                section.rows.append(row)
            } else {
                section.gaps.append("'\(path)[\(index)]' is not understood")
            }
        }
        return section
    }
}
