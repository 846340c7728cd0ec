internal import Glibc

/// Standard input, where a person types.
package enum StandardInput {
    /// Whether a person can be asked. A pipe or a file is no person.
    package static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// The longest answer in bytes, which is what a terminal takes as one line.
    package static let lineLimit = 4_096

    /// One line, without its line break. Blocks: use it on a ``DiskThread``. The terminal is left in its own mode, so
    /// that its editing keys, Ctrl-C and Ctrl-D mean what they always do.
    ///
    /// - Returns: nil at the end of the input (Ctrl-D).
    /// - Throws: ``FileError``; its code is `invalid` where the line is no UTF-8 or too long.
    package static func line() throws(FileError) -> String? {
        var bytes: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(action: "read", path: "standard input", code: .last)
            }
            if count == 0, bytes.isEmpty { return nil }
            if count == 0 || byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        guard bytes.count < lineLimit, let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(action: "read", path: "standard input", code: .invalid)
        }
        return text
    }
}
