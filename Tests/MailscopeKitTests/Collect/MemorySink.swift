import MailscopeKit
import Synchronization

/// Keeps what it is given. It looks for what it has only where it is told to, as a file of lines does: a message
/// that is repeated without warning is there twice.
final class MemorySink: MessageSink {
    let name: String
    let accepts = Set(MessageContent.allCases)
    /// Runs before a batch is taken.
    let before: @Sendable ([DeliverableMessage]) async throws(SinkError) -> Void
    /// Runs after it was taken, when it may already be too late to say so.
    let after: @Sendable () async throws(SinkError) -> Void
    private let verdict: @Sendable (DeliverableMessage) -> DeliveryOutcome
    private let bodies: @Sendable (DeliverableMessage.Body) -> String
    private let kept = Mutex<[(id: String, body: String)]>([])
    private let batches = Mutex<[[DeliverableMessage]]>([])

    init(
        _ name: String = "memory", spool: MemorySpool? = nil,
        verdict: @escaping @Sendable (DeliverableMessage) -> DeliveryOutcome = { _ in .delivered },
        before: @escaping @Sendable ([DeliverableMessage]) async throws(SinkError) -> Void = {
            (_) throws(SinkError) in
        },
        after: @escaping @Sendable () async throws(SinkError) -> Void = { () throws(SinkError) in }
    ) {
        self.name = name
        self.before = before
        self.after = after
        self.verdict = verdict
        bodies = { body in
            switch body {
            case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
            case .file(let path, let size): spool?.text(path, size) ?? "no spool"
            }
        }
    }

    var ids: [String] { kept.withLock { $0.map(\.id) } }
    var texts: [String: String] { kept.withLock { Dictionary($0, uniquingKeysWith: { a, _ in a }) } }
    /// Every batch it was given.
    var asked: [[DeliverableMessage]] { batches.withLock { $0 } }

    func deliver(_ batch: [DeliverableMessage]) async throws(SinkError) -> [DeliveryOutcome] {
        batches.withLock { $0.append(batch) }
        try await before(batch)
        let outcomes = batch.map { message in
            let outcome = verdict(message)
            guard outcome == .delivered else { return outcome }
            kept.withLock { kept in
                if message.mayBeRepeated, kept.contains(where: { $0.id == message.id.text }) { return }
                kept.append((message.id.text, bodies(message.body)))
            }
            return outcome
        }
        try await after()
        return outcomes
    }
}

/// Files that are not on disk.
final class MemorySpool: Spool {
    private let files = Mutex<[String: [UInt8]]>([:])
    private let count = Mutex(0)
    private let most = Mutex(0)

    /// Files that were not removed.
    var left: Int { files.withLock { $0.count } }
    var mostFiles: Int { most.withLock { $0 } }

    func text(_ path: String, _ size: Int) -> String {
        let bytes = files.withLock { $0[path] ?? [] }
        return bytes.count == size
            ? String(decoding: bytes, as: UTF8.self) : "size \(size), not \(bytes.count)"
    }

    func makeFile() async throws(SpoolError) -> any SpoolFile {
        let number = count.withLock {
            $0 += 1
            return $0
        }
        let size = files.withLock {
            $0["\(number)"] = []
            return $0.count
        }
        most.withLock { $0 = max($0, size) }
        return File(path: "\(number)", spool: self)
    }

    private struct File: SpoolFile {
        let path: String
        let spool: MemorySpool
        func append(_ bytes: [UInt8]) async throws(SpoolError) { spool.files.withLock { $0[path]? += bytes } }
        func remove() async { spool.files.withLock { $0[path] = nil } }
    }
}
