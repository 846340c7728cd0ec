internal import MailscopeKit

/// The name of a message's file in a Maildir: `<received>.M<id>.mailscope,S=<size>`.
///
/// It comes from the immutable id, so that a message delivered again meets itself. Letters, digits, `-` and `_` of the id
/// stand as they are, any other byte as `=XX`; so no two ids share a name, and none can leave the directory, hide, or
/// be taken for flags. Ids that would not leave room for a reader's flags are cut, and told apart by a hash of the whole.
struct MaildirName: Hashable {
    /// What finds the message again, whatever flags or time the name has.
    let key: String
    let received: Int

    /// Most bytes of a key: 255 that a name may have, less the time, the size, and the flags a reader adds.
    static let keyLimit = 170
    static let ending = ".mailscope"

    init(_ id: MessageID, receivedDateTime: String?) {
        key = Self.key(of: id)
        received = max(0, receivedDateTime.flatMap(Self.seconds(of:)) ?? 0)
    }

    func text(size: Int) -> String { "\(received).M\(key)\(Self.ending),S=\(size)" }

    /// The key in a name of ours, flags or not; nil for others' files.
    static func key(in name: String) -> Substring? {
        let bytes = name.utf8
        guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")), dot != bytes.startIndex,
            bytes[..<dot].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        let afterDot = bytes.index(after: dot)
        guard afterDot < bytes.endIndex, bytes[afterDot] == UInt8(ascii: "M") else { return nil }
        let start = bytes.index(after: afterDot)
        // No key holds a dot.
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ".")), name[end...].hasPrefix(ending)
        else {
            return nil
        }
        let rest = name[end...].dropFirst(ending.count)
        guard rest.isEmpty || rest.hasPrefix(",") || rest.hasPrefix(":") else { return nil }
        return name[start..<end]
    }

    private static func key(of id: MessageID) -> String {
        var key: [UInt8] = []
        for byte in id.text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                key.append(byte)
            default:
                key += [UInt8(ascii: "="), hexDigit(byte >> 4), hexDigit(byte & 15)]
            }
        }
        if key.count > keyLimit {
            // `~` stands in no whole key.
            let hash = fnv1a(id.text.utf8)
            let digits = (0..<32).map {
                hexDigit(UInt8(truncatingIfNeeded: hash >> UInt128(124 - 4 * $0)) & 15)
            }
            key = key.prefix(keyLimit - 33) + [UInt8(ascii: "~")] + digits
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// FNV-1a, 128 bits: not against malice, for the ids are the service's own.
    private static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt128 {
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in bytes {
            hash ^= UInt128(byte)
            hash &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
        return hash
    }

    /// Seconds since 1970 of `2026-11-22T09:30:00Z`, fractions left out; nil for other text.
    private static func seconds(of text: String) -> Int? {
        let fields = text.utf8.prefix(19).split(whereSeparator: { $0 == 0x2d || $0 == 0x3a || $0 == 0x54 })
        let numbers = fields.compactMap { field in
            field.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(Substring(field)) : nil
        }
        guard numbers.count == 6, text.hasSuffix("Z"),
            let day = CivilDay(year: numbers[0], month: numbers[1], day: numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] <= 60
        else { return nil }
        return day.daysSince1970 * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
