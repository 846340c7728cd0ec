/// Records of separated values, quoted as RFC 4180 has it and as PowerShell and Excel write it: fields may hold line
/// breaks, quotes are doubled, the separator may be another than a comma. A line ends with LF, CRLF, or CR alone as Excel
/// writes it for the Mac.
///
/// A quote only begins a quoted field at the field's beginning; elsewhere it is a character like others. Behind a quoted field
/// nothing may follow but the next one: a quote too many would take other rows for a part of the field.
struct CSVRecords {
    /// The fields of one record, and the line that it began on, from 1.
    struct Record {
        var line: Int
        var fields: [String]
    }

    /// Used from the next record on.
    var separator: UInt8 = UInt8(ascii: ",")
    /// No real record is longer; an open quote would take the rest of the file for one field.
    static let limit = 1 << 20

    private var pieces: TextPieces
    private let name: String
    private var piece: ArraySlice<UInt8> = []
    private var line = 1
    private var isAtEnd = false

    init(_ source: any ByteSource) {
        pieces = TextPieces(source)
        name = source.name
    }

    /// The next line as it stands, without its end; nil at the end of the file.
    mutating func nextLine() async throws(ClosedListError) -> Record? {
        var bytes: [UInt8] = []
        let start = line
        guard try await peek() != nil else { return nil }
        while let byte = try await take() {
            if try await isEnd(byte) { break }
            bytes.append(byte)
            try check(bytes.count, from: start)
        }
        return Record(line: start, fields: [String(decoding: bytes, as: UTF8.self)])
    }

    /// The next record; nil at the end of the file.
    mutating func next() async throws(ClosedListError) -> Record? {
        guard try await peek() != nil else { return nil }
        var record = Record(line: line, fields: [])
        var field: [UInt8] = []
        var size = 0
        var isQuoted = false
        while true {
            if !isQuoted, field.isEmpty, try await peek() == UInt8(ascii: "\"") {
                _ = try await take()
                try await quoted(into: &field, from: record.line)
                isQuoted = true
            }
            guard let byte = try await take() else { break }
            if try await isEnd(byte) { break }
            if byte == separator {
                record.fields.append(String(decoding: field, as: UTF8.self))
                size += field.count
                field = []
                isQuoted = false
            } else if !isQuoted {
                field.append(byte)
            } else if byte != UInt8(ascii: " ") {
                throw ClosedListError(
                    source: name, line: record.line, reason: "something stands behind a quoted field",
                    hint: "a quote is missing or one too many: export it again")
            }
            try check(size + field.count, from: record.line)
        }
        record.fields.append(String(decoding: field, as: UTF8.self))
        return record
    }

    /// Splits a line that was read by ``nextLine()``; for headers, which hold no line break.
    static func fields(of line: String, separator: UInt8) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        for byte in line.utf8 {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                fields.append(String(decoding: field, as: UTF8.self))
                field = []
            } else {
                field.append(byte)
            }
        }
        return fields + [String(decoding: field, as: UTF8.self)]
    }

    private mutating func quoted(into field: inout [UInt8], from start: Int) async throws(ClosedListError) {
        while true {
            guard let byte = try await take() else {
                throw ClosedListError(
                    source: name, line: start, reason: "a quoted field has no end",
                    hint: "the file was cut off, or a quote is missing: export it again")
            }
            if byte == UInt8(ascii: "\"") {
                guard try await peek() == UInt8(ascii: "\"") else { return }
                _ = try await take()
            }
            field.append(byte)
            try check(field.count, from: start)
        }
    }

    /// Whether a byte that was taken, and is not quoted, ends the line. The line feed of CRLF goes with it.
    private mutating func isEnd(_ byte: UInt8) async throws(ClosedListError) -> Bool {
        if byte == UInt8(ascii: "\n") { return true }
        guard byte == UInt8(ascii: "\r") else { return false }
        if try await peek() == UInt8(ascii: "\n") { _ = try await take() } else { line += 1 }
        return true
    }

    private func check(_ size: Int, from start: Int) throws(ClosedListError) {
        guard size > Self.limit else { return }
        throw ClosedListError(
            source: name, line: start, reason: "a record is longer than \(Self.limit) bytes",
            hint: "a quote may be missing: export it again")
    }

    private mutating func peek() async throws(ClosedListError) -> UInt8? {
        if let byte = piece.first { return byte }
        guard !isAtEnd else { return nil }
        guard let next = try await pieces.next() else {
            isAtEnd = true
            return nil
        }
        piece = next[...]
        return piece.first
    }

    private mutating func take() async throws(ClosedListError) -> UInt8? {
        guard try await peek() != nil, let byte = piece.popFirst() else { return nil }
        if byte == UInt8(ascii: "\n") { line += 1 }
        return byte
    }
}
