internal import Glibc
package import MailscopeKit

/// Writes records to systemd's journal, each fact a field of its own: `journalctl MAILSCOPE_REQUEST_ID=…`.
///
/// Source: systemd's "Native Journal Protocol" (JOURNAL_NATIVE_PROTOCOL) and sd_journal_print(3).
package final class Journal: Sendable {
    /// Longest value that is sent, in bytes. A record then always fits a datagram; more is of no use to a reader.
    package static let valueLimit = 8 << 10

    private let socket: DatagramSocket
    private let path: String
    private let always: [LogField]

    /// - Parameters:
    ///   - path: the journal's socket.
    ///   - always: what every record has besides its own fields, for the machine only: which mailbox, for one.
    package init?(path: String = "/run/systemd/journal/socket", always: [LogField] = []) {
        guard let socket = DatagramSocket() else { return nil }
        self.socket = socket
        self.path = path
        self.always = always
    }

    /// Whether standard error is the stream that `$JOURNAL_STREAM` (`device:inode`) names. A child whose standard
    /// error was redirected inherits the variable all the same.
    package static func isStandardError(_ stream: String) -> Bool {
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }

    /// - Returns: false where the journal did not take it.
    package func write(_ record: LogRecord) -> Bool {
        socket.send(Self.encode(record, always: always), to: path) == nil
    }

    /// The datagram: `NAME=value`, or where the value has line breaks `NAME`, its length in 64 bits little endian, and
    /// the value.
    package static func encode(_ record: LogRecord, always: [LogField] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        // What a person sees without asking for fields.
        var message = LogWriter.escaped(record.message)
        for field in record.fields.prefix(fieldLimit) {
            message += " \(field.name)=\(LogWriter.escaped(shortened(field.value, to: 200)))"
        }
        append("MESSAGE", message, to: &bytes)
        append("PRIORITY", "\(priority(record.level))", to: &bytes)
        append("SYSLOG_IDENTIFIER", "mailscope", to: &bytes)
        append("MAILSCOPE_EVENT", record.message, to: &bytes)
        let own = record.fields.prefix(fieldLimit)
        let besides = always.filter { field in !own.contains { $0.name == field.name } }
        for field in own + besides { append(name(field.name), field.value, to: &bytes) }
        return bytes
    }

    /// syslog(3): 3 error … 7 debug.
    static func priority(_ level: LogLevel) -> Int {
        switch level {
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    private static let fieldLimit = 16

    /// `request-id` becomes `MAILSCOPE_REQUEST_ID`; the journal takes capitals, digits and `_`, 64 at most.
    private static func name(_ name: String) -> String {
        let letters = name.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: Array("MAILSCOPE_".utf8) + letters.prefix(54), as: UTF8.self)
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        let value = shortened(value, to: valueLimit).utf8
        bytes += name.utf8
        if value.contains(UInt8(ascii: "\n")) {
            bytes.append(UInt8(ascii: "\n"))
            withUnsafeBytes(of: UInt64(value.count).littleEndian) { bytes += $0 }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func shortened(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return text[..<end] + "…"
    }
}
