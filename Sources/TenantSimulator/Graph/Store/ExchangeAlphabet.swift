/// The base64 of Exchange's ids: `/` is written `-` and `+` is written `_`, the reverse of RFC 4648's URL-safe form.
///
/// Source: the sheet on Graph, "Alphabet and URLs".
enum ExchangeAlphabet {
    private static let standard = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let exchange = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in exchange.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> String { encode(bytes, exchange) }
    static func encodeStandard(_ bytes: [UInt8]) -> String { encode(bytes, standard) }

    private static func encode(_ bytes: [UInt8], _ letters: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let group =
                Int(bytes[index]) << 16 | (left > 1 ? Int(bytes[index + 1]) << 8 : 0)
                | (left > 2 ? Int(bytes[index + 2]) : 0)
            output.append(letters[group >> 18])
            output.append(letters[group >> 12 & 63])
            output.append(left > 1 ? letters[group >> 6 & 63] : 61)
            output.append(left > 2 ? letters[group & 63] : 61)
            index += 3
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// - Returns: nil where `text` is not in this alphabet, or not padded as it should be.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let letters = Array(text.utf8)
        guard letters.count % 4 == 0, !letters.isEmpty else { return nil }
        let padding = letters.suffix(2).count { $0 == 61 }
        var output: [UInt8] = []
        output.reserveCapacity(letters.count / 4 * 3)
        var group = 0
        for (index, letter) in letters.enumerated() {
            if index >= letters.count - padding {
                guard letter == 61 else { return nil }
                group <<= 6
            } else {
                let value = values[Int(letter)]
                guard value < 64 else { return nil }
                group = group << 6 | Int(value)
            }
            if index % 4 == 3 {
                output += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
                group = 0
            }
        }
        // Bits behind the last byte must be zero: one id has one text.
        guard output.suffix(padding).allSatisfy({ $0 == 0 }) else { return nil }
        output.removeLast(padding)
        return output
    }
}
