/// Writes JSON straight to bytes; commas are its own business.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Opens an object or, after ``name(_:)``, the object that is its value.
    mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array(_ elements: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        elements(&self)
        close(UInt8(ascii: "]"))
    }

    mutating func name(_ name: String) {
        separate()
        string(bare: name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func value(_ text: String?) {
        separate()
        if let text { string(bare: text) } else { bytes += "null".utf8 }
        needsComma = true
    }

    mutating func value(_ number: Int) {
        separate()
        bytes += String(number).utf8
        needsComma = true
    }

    mutating func value(_ truth: Bool?) {
        separate()
        bytes += (truth.map { $0 ? "true" : "false" } ?? "null").utf8
        needsComma = true
    }

    /// A string whose pieces are escaped already.
    mutating func value(escaped pieces: some Sequence<[UInt8]>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for piece in pieces { bytes += piece }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A value that is JSON already.
    mutating func value(json: [UInt8]) {
        separate()
        bytes += json
        needsComma = true
    }

    mutating func member(_ name: String, _ text: String?) {
        self.name(name)
        value(text)
    }
    mutating func member(_ name: String, _ number: Int) {
        self.name(name)
        value(number)
    }
    mutating func member(_ name: String, _ truth: Bool?) {
        self.name(name)
        value(truth)
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func string(bare text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: Self.needsEscape) {
            bytes += Self.escape(Array(text.utf8))
        } else {
            bytes += text.utf8
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5c }

    /// The inside of a JSON string for UTF-8 text.
    static func escape(_ text: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(text.count + text.count / 8)
        for byte in text {
            switch byte {
            case 0x22, 0x5c: output += [0x5c, byte]
            case 0x0a: output += [0x5c, UInt8(ascii: "n")]
            case 0x0d: output += [0x5c, UInt8(ascii: "r")]
            case 0x09: output += [0x5c, UInt8(ascii: "t")]
            case 0..<0x20: output += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        return output
    }
}
