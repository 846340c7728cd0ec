/// Guesses what mends a text that is no YAML, from the lines at the fault: libyaml's words seldom say it.
enum SyntaxHint {
    /// What mends a fault that was seen on `line`, counted from 1; nil where that cannot be told. Its cause may stand on
    /// the line before.
    static func hint(for bytes: [UInt8], at line: Int) -> String? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let near = max(1, line - 1)...max(1, line)
        for number in near.reversed() where lines.indices.contains(number - 1) {
            let text = lines[number - 1]
            if text.prefix(while: { $0 == 0x20 || $0 == 0x09 }).contains(0x09) {
                return "line \(number): indent with spaces, not with tabs"
            }
            if let key = keyWithoutSpace(text) { return "line \(number): write a space after '\(key):'" }
        }
        return nil
    }

    /// The key of a line such as `poll:30s`. An address (`https://…`) is none.
    private static func keyWithoutSpace(_ line: ArraySlice<UInt8>) -> String? {
        let text = line.drop { $0 == 0x20 || $0 == UInt8(ascii: "-") }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { return nil }
        let key = text[..<colon]
        let isName = key.allSatisfy { byte in
            byte == UInt8(ascii: "-") || Character(UnicodeScalar(byte)).isLetter
                || Character(UnicodeScalar(byte)).isNumber
        }
        let value = text[(colon + 1)...]
        guard isName, let first = value.first, ![0x20, 0x09, 0x0d].contains(first),
            !value.starts(with: Array("//".utf8))
        else { return nil }
        return String(decoding: key, as: UTF8.self)
    }
}
