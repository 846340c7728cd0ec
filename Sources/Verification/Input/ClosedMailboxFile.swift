/// A file of closed mailboxes: an address or object id a line, or CSV as `Get-EXOMailbox | Export-Csv` writes it.
///
/// It is CSV where its first line names one of the columns that are known. Nothing is passed over in silence: a line or a
/// record without a usable name is refused, for it would not be probed.
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

    /// Nil where no column names a mailbox.
    init?(_ columns: [String]) {
        for (index, column) in columns.enumerated() {
            switch column.trimmed.lowercased() {
            case "primarysmtpaddress": address = index
            case "externaldirectoryobjectid": objectID = index
            case "userprincipalname": userPrincipalName = index
            case "emailaddresses": addresses = index
            case "recipienttypedetails": recipientType = index
            case "archiveguid": archive = index
            default: break
            }
        }
        guard address ?? objectID ?? userPrincipalName != nil else { return nil }
    }
}

private final class CSVReader: ClosedMailboxReader {
    private var records: CSVRecords
    private let header: Header
    private let name: String

    init(_ records: CSVRecords, _ header: Header, name: String) {
        self.records = records
        self.header = header
        self.name = name
    }

    func next() async throws(ClosedListError) -> ClosedMailbox? {
        while let record = try await records.next() {
            if record.fields.allSatisfy({ $0.trimmed.isEmpty }) { continue }
            return try mailbox(record)
        }
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
            guard parts.count == 1 || parts[0].lowercased() == "smtp" else { return nil }
            let address = String(parts[parts.count - 1])
            // What Exchange itself calls an SMTP address is asked for, however odd it looks: `a/b@contoso.com` is one.
            if parts.count == 2 { return address.contains("@") ? address : nil }
            return ClosedMailbox.isAddress(address) ? address : nil
        }
    }
}

private final class LineReader: ClosedMailboxReader {
    private var records: CSVRecords
    private var first: CSVRecords.Record?
    private let name: String

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
                        "write one address a line, or export with: Get-EXOMailbox -ResultSize Unlimited | Export-Csv -NoTypeInformation closed.csv"
                )
            }
            return mailbox
        }
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

extension String {
    /// Without white space around it; quotes around a whole word go too.
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}
