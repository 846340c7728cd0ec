import FoundationEssentials

/// The values of a generated script, read strictly: anything between them that is no value is refused.
struct ValueBlock {
    private(set) var values: [String: [String]] = [:]
    /// The script without its values and its digest.
    let rest: String

    static let start = "# ---- values ----\r\n"
    static let end = "# ---- end of values ----\r\n"

    init(of script: String) throws {
        let parts = try Self.cut(script)
        rest = parts.before + parts.after
        var reader = SingleQuotedReader(parts.block)
        while !reader.isAtEnd {
            guard reader.skip("$") else { throw SingleQuotedReader.Refused(at: 0) }
            let name = try reader.word()
            guard reader.skip(" = ") else { throw SingleQuotedReader.Refused(at: 1) }
            values[name] = try Self.expression(&reader)
            guard reader.skip("\r\n") else { throw SingleQuotedReader.Refused(at: 2) }
        }
    }

    private static func cut(_ script: String) throws -> (before: String, block: String, after: String) {
        let start = script.components(separatedBy: ValueBlock.start)
        guard start.count == 2 else { throw SingleQuotedReader.Refused(at: 7) }
        let end = start[1].components(separatedBy: ValueBlock.end)
        guard end.count == 2 else { throw SingleQuotedReader.Refused(at: 8) }
        return (start[0], end[0], end[1])
    }

    private static func expression(_ reader: inout SingleQuotedReader) throws -> [String] {
        if reader.skip("$true") { return ["true"] }
        if reader.skip("$false") { return ["false"] }
        guard reader.skip("@(") else { return [try reader.value()] }
        if reader.skip(")") { return [] }
        var found: [String] = []
        if reader.skip("\r\n") {
            while !reader.skip(")") { found += try row(&reader) }
            return found
        }
        repeat { found.append(try reader.value()) } while reader.skip(", ")
        guard reader.skip(")") else { throw SingleQuotedReader.Refused(at: 3) }
        return found
    }

    private static func row(_ reader: inout SingleQuotedReader) throws -> [String] {
        guard reader.skip("    [pscustomobject]@{ ") else { throw SingleQuotedReader.Refused(at: 4) }
        var found: [String] = []
        repeat {
            _ = try reader.word()
            guard reader.skip(" = ") else { throw SingleQuotedReader.Refused(at: 5) }
            found.append(try reader.value())
        } while reader.skip("; ")
        guard reader.skip(" }\r\n") else { throw SingleQuotedReader.Refused(at: 6) }
        return found
    }
}
