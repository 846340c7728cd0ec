internal import FoundationEssentials

/// Puts a MIME message together. Boundaries come from a seed.
struct MIMEWriter {
    private(set) var bytes: [UInt8] = []
    private var random: SeededGenerator
    /// The boundary of the multipart whose parts are written here; nil for the whole message.
    private let boundary: String?

    init(seed: UInt64) { self.init(seed: seed, boundary: nil) }

    private init(seed: UInt64, boundary: String?) {
        random = SeededGenerator(seed: seed)
        self.boundary = boundary
    }

    mutating func header(_ name: String, _ value: String) { bytes += "\(name): \(value)\r\n".utf8 }

    /// A header of ISO 8859-1 bytes, unencoded.
    mutating func header(_ name: String, latin1 value: String) {
        bytes += "\(name): ".utf8
        bytes += value.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
        bytes += [13, 10]
    }

    /// A part (or the whole message's) last headers, and its content as it is.
    mutating func part(
        type: String, encoding: String, disposition: String? = nil, id: String? = nil, _ content: [UInt8]
    ) {
        begin()
        header("Content-Type", type)
        header("Content-Transfer-Encoding", encoding)
        if let disposition { header("Content-Disposition", disposition) }
        if let id { header("Content-ID", "<\(id)>") }
        bytes += [13, 10]
        bytes += content
    }

    /// A multipart, whose parts `parts` writes.
    mutating func multipart(_ subtype: String, _ parts: (inout MIMEWriter) -> Void) {
        begin()
        let boundary = "_\(String(random.next(), radix: 36))_=_\(String(random.next(), radix: 36))_"
        header("Content-Type", "multipart/\(subtype);\r\n\tboundary=\"\(boundary)\"")
        bytes += "\r\nThis is a message of several parts.".utf8
        var inner = MIMEWriter(seed: random.next(), boundary: boundary)
        parts(&inner)
        bytes += inner.bytes
        bytes += "\r\n--\(boundary)--\r\n".utf8
    }

    mutating func attachment(_ attachment: MailAttachment) {
        let name = Self.encodedWord(attachment.name.replacing("\"", with: "'"))
        let disposition = "\(attachment.isInline ? "inline" : "attachment");\r\n\tfilename=\"\(name)\""
        switch attachment.kind {
        case .file:
            part(
                type: "\(attachment.contentType);\r\n\tname=\"\(name)\"", encoding: "base64",
                disposition: disposition,
                id: attachment.contentID, Self.base64(attachment.bytes))
        case .item:
            part(type: "message/rfc822", encoding: "8bit", disposition: disposition, attachment.bytes)
        case .reference:
            break
        }
    }

    private mutating func begin() {
        if let boundary { bytes += "\r\n--\(boundary)\r\n".utf8 }
    }

    /// Lines of 76 characters.
    static func base64(_ content: [UInt8]) -> [UInt8] {
        [UInt8](Data(content).base64EncodedData(options: [.lineLength76Characters])) + [13, 10]
    }

    /// `text` as it may stand in a header: encoded words of UTF-8 where it is not plain ASCII. Source: RFC 2047.
    static func encodedWord(_ text: String) -> String {
        if text.utf8.allSatisfy({ (32..<127).contains($0) }) { return text }
        var (words, word) = ([String](), "")
        for character in text {
            if word.utf8.count + String(character).utf8.count > 42 {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        return (words + [word]).map { "=?UTF-8?B?\(ExchangeAlphabet.encodeStandard(Array($0.utf8)))?=" }
            .joined(separator: "\r\n ")
    }

    static func address(_ address: MailAddress) -> String {
        guard !address.name.isEmpty else { return address.address }
        if address.name.utf8.allSatisfy({ (32..<127).contains($0) }) {
            let quoted = address.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return "\"\(quoted)\" <\(address.address)>"
        }
        return "\(encodedWord(address.name)) <\(address.address)>"
    }
}
