import FoundationEssentials
import LinuxHost

/// Where answers and complaints go: answers to standard output, all else to standard error.
struct Console: Sendable {
    /// Writes an answer, a line or several.
    func answer(_ text: String) { StandardStream.output.write(text + "\n") }

    /// Writes an answer for machines: JSON with sorted keys, so that two of them can be compared.
    func answer(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        answer(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Tells a person something that is no answer.
    func note(_ text: String) { StandardStream.error.write("mailscope: \(LogWriter.escaped(text))\n") }

    /// What is said of a failure; nothing in it can steer a terminal.
    func complain(_ failure: Failure) {
        for complaint in failure.complaints {
            note("error: " + complaint.message)
            for hint in complaint.hints { note("hint: " + hint) }
        }
    }
}
