package import LinuxHost
package import MailscopeKit

/// Writes each message as one line of JSON, to a file or to standard output.
///
/// The line is the element's own bytes; line breaks in it, which JSON allows between its parts only, become spaces.
/// A batch is one write and one fdatasync(2). In a file, messages that may be repeated are looked for in its last
/// ``JSONLinesFile/lookBack`` bytes and those of the files put aside before it; standard output cannot be looked at, so there a
/// message may come twice after a crash.
package struct JSONLinesSink: MessageSink {
    package let name: String
    package let accepts: Set<MessageContent> = [.json, .headers]

    private let target: Target
    private let disk: DiskThread

    private enum Target: Sendable {
        case file(JSONLinesFile)
        case standardOutput
    }

    /// When a file is put aside.
    package struct Rotation: Sendable, Equatable {
        /// Bytes that a file has at most, but for a single longer line.
        package let limit: Int
        /// How many older files stay: `messages.jsonl.1` (the youngest) to `.N`; the oldest goes. Nil: all stay.
        package let keep: Int?

        package init(limit: Int, keep: Int?) {
            self.limit = max(1, limit)
            self.keep = keep.map { max(1, $0) }
        }
    }

    /// A sink that appends to the file `path`, made with mode 0600 in a directory that must be there.
    package init(
        name: String = "json-lines", path: String, rotation: Rotation? = nil, disk: DiskThread
    ) {
        self.name = name
        self.disk = disk
        target = .file(JSONLinesFile(path: path, rotation: rotation))
    }

    /// A sink that writes to standard output, on a thread of its own: a reader may be slow.
    package init(standardOutputAs name: String) {
        self.name = name
        disk = DiskThread(name: "stdout")
        target = .standardOutput
    }

    /// Opens the file, as the first ``deliver(_:)`` does; asked for at the start it tells early.
    package func prepare() async throws(SinkError) {
        guard case .file(let file) = target else { return }
        do {
            try await disk.attempt { () throws(JSONLinesFault) in try file.prepare() }
        } catch { throw SinkError(sink: name, error) }
    }

    /// Looks whether what is at `path` would be written to, and changes nothing; what is not there yet would be made. Blocks.
    ///
    /// - Throws: ``SinkError`` as ``prepare()`` would.
    package static func examine(_ path: String, name: String = "json-lines") throws(SinkError) {
        do throws(JSONLinesFault) {
            try JSONLinesFile(path: path, rotation: nil).examine()
        } catch { throw SinkError(sink: name, error) }
    }

    package func deliver(_ batch: [DeliverableMessage]) async throws(SinkError) -> [DeliveryOutcome] {
        var outcomes = [DeliveryOutcome](repeating: .delivered, count: batch.count)
        var accepted: [DeliverableMessage] = []
        for (index, message) in batch.enumerated() {
            if message.content == .mime {
                outcomes[index] = .refused(reason: "JSON lines take no MIME")
            } else if case .bytes = message.body {
                accepted.append(message)
            } else {
                outcomes[index] = .refused(reason: "JSON lines take no spooled file")
            }
        }
        do {
            try await disk.attempt { [accepted, target] () throws(JSONLinesFault) in
                switch target {
                case .file(let file): try file.append(accepted)
                case .standardOutput: try Self.print(accepted)
                }
            }
        } catch { throw SinkError(sink: name, error) }
        return outcomes
    }

    package func close() async {
        guard case .file(let file) = target else { return }
        await disk.run { file.close() }
    }

    private static func print(_ messages: [DeliverableMessage]) throws(JSONLinesFault) {
        do throws(FileError) {
            for message in messages { try StandardStream.output.write(JSONLine.bytes(of: message)[...]) }
            try StandardStream.output.syncData()
        } catch  where error.code == .brokenPipe {
            throw .unsuitable(error.description, hint: "the program that read it has ended")
        } catch { throw .file(error) }
    }
}

extension SinkError {
    fileprivate init(sink: String, _ fault: JSONLinesFault) {
        switch fault {
        case .file(let error): self.init(sink: sink, error)
        case .unsuitable(let reason, let hint): self.init(sink: sink, reason: reason, hint: hint)
        }
    }
}
