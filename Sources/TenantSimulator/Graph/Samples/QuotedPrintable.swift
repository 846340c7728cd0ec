/// Source: RFC 2045 §6.7.
enum QuotedPrintable {
    /// Bytes with CRLF line ends, encoded; lines of at most 76 characters.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        var column = 0
        for (index, byte) in bytes.enumerated() {
            if byte == 13 || byte == 10 {
                output.append(byte)
                column = 0
                continue
            }
            let endsLine = index + 1 < bytes.count && bytes[index + 1] == 13
            let isPlain = (byte > 32 && byte < 127 && byte != 61) || (byte == 32 && !endsLine)
            if column + (isPlain ? 1 : 3) > 75 {
                output += [61, 13, 10]
                column = 0
            }
            if isPlain {
                output.append(byte)
                column += 1
            } else {
                output += [61, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                column += 3
            }
        }
        return output
    }
}
