/// Text that a script of ours has written, whichever PowerShell ran it: UTF-8 with and without a mark, or UTF-16.
package enum RecordText {
    /// Nil where the bytes are none of these.
    package static func decode(_ bytes: [UInt8]) -> String? {
        switch (bytes.first, bytes.dropFirst().first) {
        case (0xff, 0xfe): utf16(bytes.dropFirst(2)) { UInt16($1) << 8 | UInt16($0) }
        case (0xfe, 0xff): utf16(bytes.dropFirst(2)) { UInt16($0) << 8 | UInt16($1) }
        default:
            String(
                validating: bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...],
                as: UTF8.self)
        }
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, _ unit: (UInt8, UInt8) -> UInt16) -> String? {
        guard bytes.count.isMultiple(of: 2) else { return nil }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
            unit(bytes[$0], bytes[$0 + 1])
        }
        return String(validating: units, as: UTF16.self)
    }
}
