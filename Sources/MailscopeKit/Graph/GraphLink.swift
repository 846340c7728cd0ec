/// An https link taken apart by rules of its own, stricter than RFC 3986, so that no two readers can disagree.
///
/// What is accepted: printable ASCII of at most 16 kB, `https`, a plain host, an optional port, segments that mean
/// the same before and after every decoding, one query of RFC 3986 characters, no user-info, no fragment.
struct GraphLink: Equatable {
    /// Lower case.
    let host: String
    let port: Int
    /// Decoded once; none is empty or holds `/`, `\`, `?`, `%` or `..`.
    let segments: [String]
    /// As it came, without the `?`; nil where there is none.
    let query: String?

    static let limit = 16_384

    /// Why a link is not accepted, for a person.
    struct Fault: Error, Equatable { let reason: String }

    init(_ text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.limit else { throw Fault(reason: "it is longer than \(Self.limit) bytes") }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw Fault(reason: "it holds characters that no link may hold")
        }
        guard !bytes.contains(UInt8(ascii: "#")) else { throw Fault(reason: "it has a fragment") }
        guard bytes.count > 8, text.prefix(8).lowercased() == "https://" else {
            throw Fault(reason: "it is not https")
        }
        var rest = bytes[8...]
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            query = try Self.query(rest[(mark + 1)...])
            rest = rest[..<mark]
        } else {
            query = nil
        }
        let pathStart = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        (host, port) = try Self.authority(rest[..<pathStart])
        guard pathStart < rest.endIndex else {
            segments = []
            return
        }
        var segments: [String] = []
        for raw in rest[(pathStart + 1)...].split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            segments.append(try Self.segment(raw))
        }
        self.segments = segments
    }

    private static func authority(_ bytes: ArraySlice<UInt8>) throws(Fault) -> (host: String, port: Int) {
        guard !bytes.contains(UInt8(ascii: "@")) else { throw Fault(reason: "it has user-info") }
        let colon = bytes.lastIndex(of: UInt8(ascii: ":"))
        let host = bytes[..<(colon ?? bytes.endIndex)]
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard host.count <= 253,
            labels.allSatisfy({
                !$0.isEmpty && $0.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            })
        else { throw Fault(reason: "its host is no plain name") }
        var port = 443
        if let colon {
            let digits = bytes[(colon + 1)...]
            guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
                digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = Int(String(decoding: digits, as: UTF8.self)), (1...65_535).contains(number)
            else { throw Fault(reason: "its port is no plain number") }
            port = number
        }
        return (String(decoding: host, as: UTF8.self).lowercased(), port)
    }

    private static func query(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard escape(bytes, at: index) != nil else {
                    throw Fault(reason: "its query is badly escaped")
                }
                index += 3
            } else {
                guard isQueryCharacter(byte) else {
                    throw Fault(reason: "its query holds characters that no query may hold")
                }
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes one segment, once, and refuses whatever could be decoded or split again.
    private static func segment(_ raw: ArraySlice<UInt8>) throws(Fault) -> String {
        var decoded: [UInt8] = []
        var index = raw.startIndex
        while index < raw.endIndex {
            if raw[index] == UInt8(ascii: "%") {
                guard let byte = escape(raw, at: index) else {
                    throw Fault(reason: "its path is badly escaped")
                }
                decoded.append(byte)
                index += 3
            } else {
                decoded.append(raw[index])
                index += 1
            }
        }
        guard !decoded.isEmpty else { throw Fault(reason: "its path has an empty segment") }
        let forbidden = Array("/\\?%".utf8)
        guard decoded.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !forbidden.contains($0) }) else {
            throw Fault(reason: "its path hides characters behind escapes")
        }
        let text = String(decoding: decoded, as: UTF8.self)
        guard text != ".", !text.contains("..") else { throw Fault(reason: "its path climbs") }
        return text
    }

    private static func escape(_ bytes: ArraySlice<UInt8>, at index: Int) -> UInt8? {
        guard index + 2 < bytes.endIndex, let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    /// RFC 3986 §3.4: pchar, `/` and `?`.
    private static func isQueryCharacter(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || Array("-._~!$&'()*+,;=:@/?".utf8).contains(byte)
    }

    /// Encodes text as one segment or one query value: once, all but unreserved characters and `kept`.
    static func encoded(_ text: String, keeping kept: String = "") -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let kept = Array("-._~".utf8) + Array(kept.utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            if isAlphanumeric(byte) || kept.contains(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
