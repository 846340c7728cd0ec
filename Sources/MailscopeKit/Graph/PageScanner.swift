/// Finds the messages of a page in its bytes: one pass, the whole of it checked, a few strings decoded.
///
/// A page is an object with an array `value` of objects that each have a text `id`. Keys we read appear once.
struct PageScanner {
    private(set) var elements: [PageElement] = []
    /// As the service wrote it; not admitted yet.
    var nextLink: String? { next.text }
    var deltaLink: String? { delta.text }

    private var next = JSONReader.Member()
    private var delta = JSONReader.Member()

    /// - Throws: ``JSONReader/Fault`` where the bytes are no such page.
    init(_ bytes: [UInt8]) throws(JSONReader.Fault) {
        var reader = JSONReader(bytes)
        var hasValue = false
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            if reader.matches(key, "value") {
                if hasValue { throw reader.fault("'value' appears twice") }
                hasValue = true
                try readElements(&reader)
            } else if reader.matches(key, "@odata.nextLink") {
                try reader.read(into: &next)
            } else if reader.matches(key, "@odata.deltaLink") {
                try reader.read(into: &delta)
            } else {
                _ = try reader.value()
            }
        }
        try reader.end()
        guard hasValue else { throw JSONReader.Fault(offset: bytes.count, reason: "there is no 'value'") }
    }

    private mutating func readElements(_ reader: inout JSONReader) throws(JSONReader.Fault) {
        try reader.take(UInt8(ascii: "["))
        if reader.takes(UInt8(ascii: "]")) { return }
        repeat {
            elements.append(try MessageScanner.element(&reader))
        } while reader.takes(UInt8(ascii: ","))
        try reader.take(UInt8(ascii: "]"))
    }
}
