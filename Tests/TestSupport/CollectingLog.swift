package import MailscopeKit
internal import Synchronization

/// Keeps every record, from `trace` on.
package final class CollectingLog: Sendable {
    private let kept = Mutex<[LogRecord]>([])

    package init() {}

    package var log: Log {
        Log(level: .trace) { record in self.kept.withLock { $0.append(record) } }
    }
    package var records: [LogRecord] { kept.withLock { $0 } }
    /// All of it as text, to look for what must not be there.
    package var text: String {
        records.map { record in
            "\(record.level.name) \(record.message) "
                + record.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        }.joined(separator: "\n")
    }
}
