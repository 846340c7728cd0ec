internal import FoundationEssentials
package import MailscopeKit

/// Makes the program's ``Log``: to the journal where standard error is the journal's, else as lines of text.
package enum LogWriter {
    /// The log that fits the process.
    ///
    /// - Parameters:
    ///   - level: the lowest that is written.
    ///   - clock: whose time stands in lines of text; the journal has its own.
    ///   - environment: `JOURNAL_STREAM` counts.
    ///   - always: what every record of the journal has besides.
    /// - Returns: the log.
    package static func standard(
        level: LogLevel, clock: some HostClock, environment: [String: String], always: [LogField] = []
    ) -> Log {
        if let stream = environment["JOURNAL_STREAM"], Journal.isStandardError(stream),
            let journal = Journal(always: always)
        {
            return Log(level: level) { record in
                // The journal may be restarting; standard error is its own stream all the same.
                if !journal.write(record) {
                    StandardStream.error.write("<\(Journal.priority(record.level))>" + line(record) + "\n")
                }
            }
        }
        return Log(level: level) { record in
            StandardStream.error.write(timestamp(clock.now.timeIntervalSince1970) + " " + line(record) + "\n")
        }
    }

    /// `level message key=value`, always one line: what could end it or steer a terminal is escaped.
    package static func line(_ record: LogRecord) -> String {
        var line = record.level.name + " " + escaped(record.message)
        for field in record.fields { line += " " + escaped(field.name) + "=" + quoted(field.value) }
        return line
    }

    /// As it stands where it is one plain word, else in quotes with escapes.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value < 0x7f && $0 != "\"" && $0 != "\\" && $0 != "="
            }
        return isPlain ? value : "\"" + escaped(value, quotes: true) + "\""
    }

    /// Escapes controls (C0, DEL, C1), line and paragraph separators, and what turns the direction of text.
    package static func escaped(_ text: String, quotes: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0a: result += "\\n"
            case 0x0d: result += "\\r"
            case 0x09: result += "\\t"
            case 0x00..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069:
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            case 0x22 where quotes, 0x5c where quotes:
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// `2026-11-22T09:30:00.125Z`
    static func timestamp(_ secondsSince1970: Double) -> String {
        let milliseconds = max(0, Int((secondsSince1970 * 1000).rounded(.down)))
        let day = CivilDay(daysSince1970: milliseconds / 86_400_000)
        let time = milliseconds % 86_400_000
        func digits(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let date = [digits(day.year, 4), digits(day.month, 2), digits(day.day, 2)].joined(separator: "-")
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { digits($0, 2) }
        return date + "T" + clock.joined(separator: ":") + "." + digits(time % 1000, 3) + "Z"
    }
}
