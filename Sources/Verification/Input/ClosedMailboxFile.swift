/// A file of closed mailboxes: an address or object id a line, or CSV as `Get-EXOMailbox | Export-Csv` writes it.
///
/// It is CSV where its first line names one of the columns that are known. Nothing is passed over in silence: a line or a
/// record without a usable name is refused, for it would not be probed; so is a record with more fields than the header, a
/// known column that stands there twice, and a file that names nobody, as an export that failed leaves it.
package struct ClosedMailboxFile: ClosedMailboxSource {
    private let bytes: any ByteSource
    package var name: String { bytes.name }

    package init(_ bytes: any ByteSource) { self.bytes = bytes }

    package func open() async throws(ClosedListError) -> any ClosedMailboxReader {
        var records = CSVRecords(bytes)
        while let line = try await records.nextLine() {
            let text = line.fields[0].trimmed
            // PowerShell's `#TYPE …`, and comments.
            if text.isEmpty || text.hasPrefix("#") || text.hasPrefix("\"#TYPE") { continue }
            if text.utf8.count == 5, text.lowercased().hasPrefix("sep=") { continue }
            let separators = [",", ";", "\t", "|"].compactMap(\.utf8.first)
            for separator in separators {
                let columns = CSVRecords.fields(of: text, separator: separator)
                if let header = Header(columns) {
                    guard header.twice == nil else {
                        throw ClosedListError(
                            source: name, line: line.line,
                            reason: "the column \(header.twice ?? "") stands there twice",
                            hint: "leave one of the two: only one would be read")
                    }
                    records.separator = separator
                    return CSVReader(records, header, name: name)
                }
            }
            return LineReader(records, first: line, name: name)
        }
        return LineReader(records, first: nil, name: name)
    }
}

/// Where the known columns are.
private struct Header {
    var address: Int?
    var objectID: Int?
    var userPrincipalName: Int?
    var addresses: Int?
    var recipientType: Int?
    var archive: Int?
    /// How many columns there are.
    let count: Int
    /// A known column that is there more than once.
    private(set) var twice: String?

    /// Nil where no column names a mailbox.
    init?(_ columns: [String]) {
        count = columns.count
        for (index, column) in columns.enumerated() {
            let place: WritableKeyPath<Header, Int?>
            switch column.trimmed.lowercased() {
            case "primarysmtpaddress": place = \.address
            case "externaldirectoryobjectid": place = \.objectID
            case "userprincipalname": place = \.userPrincipalName
            case "emailaddresses": place = \.addresses
            case "recipienttypedetails": place = \.recipientType
            case "archiveguid": place = \.archive
            default: continue
            }
            if self[keyPath: place] != nil { twice = column.trimmed }
            self[keyPath: place] = index
        }
        guard address ?? objectID ?? userPrincipalName != nil else { return nil }
    }
}

private final class CSVReader: ClosedMailboxReader {
    private var records: CSVRecords
    private let header: Header
    private let name: String
    private var isEmpty = true

    init(_ records: CSVRecords, _ header: Header, name: String) {
        self.records = records
        self.header = header
        self.name = name
    }

    func next() async throws(ClosedListError) -> ClosedMailbox? {
        while let record = try await records.next() {
            if record.fields.allSatisfy({ $0.trimmed.isEmpty }) { continue }
            guard record.fields.dropFirst(header.count).allSatisfy({ $0.trimmed.isEmpty }) else {
                throw ClosedListError(
                    source: name, line: record.line,
                    reason: "the row has \(record.fields.count) fields, the header \(header.count) columns",
                    hint: "a field that holds the separator must stand in quotes: export it again")
            }
            let found = try mailbox(record)
            isEmpty = false
            return found
        }
        if isEmpty { throw .names(nobody: name) }
        return nil
    }

    private func mailbox(_ record: CSVRecords.Record) throws(ClosedListError) -> ClosedMailbox {
        func value(_ column: Int?) -> String? {
            guard let column, record.fields.indices.contains(column) else { return nil }
            let text = record.fields[column].trimmed
            return text.isEmpty ? nil : text
        }
        func refused(_ text: String, _ column: String) -> ClosedListError {
            ClosedListError(
                source: name, line: record.line, reason: "\(column) is '\(text.prefix(80))', which is none",
                plainReason: "\(column) is none",
                hint: "correct it or take the row out; the separator and the quotes may be wrong as well")
        }
        var mailbox = ClosedMailbox(
            recipientType: value(header.recipientType), isKnownToExist: value(header.objectID) != nil)
        if let id = value(header.objectID) {
            guard ClosedMailbox.isGUID(id) else { throw refused(id, "ExternalDirectoryObjectId") }
            mailbox.objectID = id.lowercased()
        }
        if let address = value(header.address) {
            guard ClosedMailbox.isAddress(address) else { throw refused(address, "PrimarySmtpAddress") }
            mailbox.addresses = [address]
        }
        if let name = value(header.userPrincipalName) {
            guard ClosedMailbox.isAddress(name) else { throw refused(name, "UserPrincipalName") }
            mailbox.userPrincipalName = name
        }
        let proxies = Self.proxies(value(header.addresses) ?? "")
        mailbox.namesAllAddresses = !proxies.isEmpty
        var seen = Set(mailbox.addresses.map(ClosedMailbox.key))
        for address in proxies where seen.insert(ClosedMailbox.key(address)).inserted {
            // However odd it may be, it must be text: the plan's digest tells names apart by a control character.
            guard
                address.unicodeScalars.allSatisfy({
                    $0.value > 0x20 && $0.value != 0x7f && $0.value != 0xfffd
                })
            else { throw refused(address, "EmailAddresses") }
            mailbox.addresses.append(address)
        }
        if let archive = value(header.archive), ClosedMailbox.isGUID(archive),
            archive != "00000000-0000-0000-0000-000000000000"
        {
            mailbox.archiveID = archive.lowercased()
        }
        guard !mailbox.keys.isEmpty else {
            throw ClosedListError(
                source: name, line: record.line, reason: "the row names no mailbox",
                hint: "give it a PrimarySmtpAddress or an ExternalDirectoryObjectId, or take it out")
        }
        return mailbox
    }

    /// `SMTP:a@contoso.com;smtp:b@contoso.com SIP:…`: the SMTP ones. Other kinds of address name no mailbox in Graph, and
    /// what `Export-Csv` writes for a list that nobody joined (`System.Object[]`) holds none.
    private static func proxies(_ text: String) -> [String] {
        text.split(whereSeparator: { ";,| \t\r\n".contains($0) }).compactMap { token in
            let parts = token.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            // What stood before it, as the brace of a list that was printed, does not make it another kind.
            guard parts.count == 1 || parts[0].lowercased().hasSuffix("smtp") else { return nil }
            let address = String(parts[parts.count - 1])
            // What Exchange itself calls an SMTP address is asked for, however odd it looks: `a/b@contoso.com` is one.
            if parts.count == 2 { return address.contains("@") ? address : nil }
            // What could not be decoded is refused by the caller.
            let isBroken = address.contains("@") && address.unicodeScalars.contains("\u{fffd}")
            return isBroken || ClosedMailbox.isAddress(address) ? address : nil
        }
    }
}

private final class LineReader: ClosedMailboxReader {
    private var records: CSVRecords
    private var first: CSVRecords.Record?
    private let name: String
    private var isEmpty = true

    init(_ records: CSVRecords, first: CSVRecords.Record?, name: String) {
        self.records = records
        self.first = first
        self.name = name
    }

    func next() async throws(ClosedListError) -> ClosedMailbox? {
        while let line = try await nextLine() {
            let text = line.fields[0].trimmed
            if text.isEmpty || text.hasPrefix("#") { continue }
            guard let mailbox = ClosedMailbox(named: text) else {
                throw ClosedListError(
                    source: name, line: line.line,
                    reason: "'\(text.prefix(80))' is neither an address nor an object id",
                    plainReason: "it is neither an address nor an object id",
                    hint:
                        "write one address a line, or export CSV with Get-EXOMailbox: the guide for auditors has the command"
                )
            }
            isEmpty = false
            return mailbox
        }
        if isEmpty { throw .names(nobody: name) }
        return nil
    }

    private func nextLine() async throws(ClosedListError) -> CSVRecords.Record? {
        if let line = first {
            first = nil
            return line
        }
        return try await records.nextLine()
    }
}

extension ClosedListError {
    /// Beside other lists its mailboxes would be missed by nobody.
    fileprivate static func names(nobody source: String) -> ClosedListError {
        ClosedListError(
            source: source, reason: "it names no mailbox",
            hint: "look whether the export went well, or leave the file out")
    }
}

extension String {
    /// Without white space around it; quotes around a whole word go too.
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}
