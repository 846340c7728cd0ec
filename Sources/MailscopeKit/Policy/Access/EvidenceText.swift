/// The bytes of a file that PowerShell wrote, as UTF-8 without a mark.
enum EvidenceText {
    /// Nil where they are neither UTF-8 nor UTF-16. UTF-8 is checked by whoever reads it.
    static func utf8(of bytes: [UInt8]) -> [UInt8]? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), isBigEndian: false) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), isBigEndian: true) }
        // JSON begins with ASCII: a zero beside it tells the order.
        if bytes.count >= 2, bytes[1] == 0, bytes[0] != 0 { return utf16(bytes[...], isBigEndian: false) }
        if bytes.count >= 2, bytes[0] == 0, bytes[1] != 0 { return utf16(bytes[...], isBigEndian: true) }
        return bytes
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8]? {
        guard bytes.count.isMultiple(of: 2) else { return nil }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let (first, second) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
            units.append(isBigEndian ? first << 8 | second : second << 8 | first)
            at += 2
        }
        return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
    }
}
