extension JSONReader {
    /// Walks through an object; `member` takes the value of each key.
    mutating func object(_ member: (inout JSONReader, Text) throws(Fault) -> Void) throws(Fault) {
        try take(UInt8(ascii: "{"))
        if takes(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            try take(UInt8(ascii: ":"))
            try member(&self, key)
        } while takes(UInt8(ascii: ","))
        try take(UInt8(ascii: "}"))
    }

    /// A member that is text or null, and may appear once.
    struct Member {
        fileprivate(set) var text: String?
        fileprivate var wasSeen = false
    }

    /// - Throws: ``Fault`` where it appears a second time, or is neither.
    mutating func read(into member: inout Member) throws(Fault) {
        if member.wasSeen { throw fault("a key appears twice") }
        member.wasSeen = true
        if peek() == UInt8(ascii: "n") {
            _ = try value()
        } else {
            member.text = try decoded(try string())
        }
    }
}
