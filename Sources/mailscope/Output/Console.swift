import FoundationEssentials
import LinuxHost

/// Where answers and complaints go: answers to standard output, all else to standard error.
struct Console: Sendable {
    /// Writes an answer, a line or several.
    ///
    /// - Throws: ``FileError`` where it could not be written; a reader who has gone wanted no more of it.
    func answer(_ text: String) throws(FileError) {
        do { try StandardStream.output.write(Array((text + "\n").utf8)[...]) } catch {
            if error.code != .brokenPipe { throw error }
        }
    }

    /// Writes an answer for machines: JSON with sorted keys, so that two of them can be compared.
    ///
    /// - Throws: as ``answer(_:)``.
    func answer(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try answer(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Writes one line of JSON.
    ///
    /// - Throws: as ``answer(_:)``.
    func answer(jsonLine value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try answer(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Tells a person something that is no answer.
    func note(_ text: String) { note(text, "") }

    /// What is said of a failure; nothing in it can steer a terminal.
    ///
    /// - Parameters:
    ///   - failure: what is said of.
    ///   - environment: where standard error leads to the journal, lines say how grave they are.
    func complain(_ failure: Failure, environment: [String: String] = [:]) {
        // sd-daemon(3): taken off again by whoever reads the stream.
        let isJournal = environment["JOURNAL_STREAM"].map(Journal.isStandardError) ?? false
        for complaint in failure.complaints {
            note("error: " + complaint.message, isJournal ? "<3>" : "")
            for hint in complaint.hints { note("hint: " + hint, isJournal ? "<5>" : "") }
        }
    }

    private func note(_ text: String, _ prefix: String) {
        StandardStream.error.write(prefix + "mailscope: \(LogWriter.escaped(text))\n")
    }
}
