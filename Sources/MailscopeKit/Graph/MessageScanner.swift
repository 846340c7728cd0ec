/// Reads what we need of one message's JSON.
enum MessageScanner {
    /// The one message that `bytes` are.
    ///
    /// - Throws: ``JSONReader/Fault`` where they are no object with an id, or more than one.
    static func scan(_ bytes: [UInt8]) throws(JSONReader.Fault) -> PageElement {
        var reader = JSONReader(bytes)
        let element = try element(&reader)
        try reader.end()
        return element
    }

    static func element(_ reader: inout JSONReader) throws(JSONReader.Fault) -> PageElement {
        var id = JSONReader.Member()
        var received = JSONReader.Member()
        var isRemoved = false
        _ = reader.peek()
        let start = reader.index
        try reader.object { (reader, key) throws(JSONReader.Fault) in
            switch key.range.count {
            case 2... where reader.matches(key, "id"):
                try reader.read(into: &id)
            case 16... where reader.matches(key, "receivedDateTime"): try reader.read(into: &received)
            case 8... where reader.matches(key, "@removed"):
                if isRemoved { throw reader.fault("'@removed' appears twice") }
                isRemoved = reader.peek() != UInt8(ascii: "n")
                _ = try reader.value()
            default: _ = try reader.value()
            }
        }
        guard let id = id.text, !id.isEmpty else {
            throw JSONReader.Fault(offset: start, reason: "a message has no id")
        }
        return PageElement(
            range: start..<reader.index, id: MessageID(id), receivedDateTime: received.text,
            isRemoved: isRemoved)
    }
}
