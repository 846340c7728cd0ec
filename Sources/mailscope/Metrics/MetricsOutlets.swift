import LinuxHost
import MailscopeKit
import Synchronization

/// Where metrics go: who asks for them, and a file.
final class MetricsOutlets: Sendable {
    private struct State {
        var listener: AnswerListener?
        var textfile: String?
        var hasFailed = false
    }

    private let text: @Sendable () -> String
    private let disk = DiskThread(name: "textfile")
    private let state = Mutex(State())

    init(text: @escaping @Sendable () -> String) { self.text = text }

    /// Listens and writes where `settings` say. Where that cannot be, all stays as it was.
    func change(to settings: MetricsSettings) throws(FileError) {
        let old = state.withLock { $0.listener }
        var listener: AnswerListener?
        if let address = settings.listen {
            listener =
                if let old, old.address == address { old } else {
                    try AnswerListener(
                        address, path: "/metrics", type: "text/plain; version=0.0.4; charset=utf-8",
                        answer: text)
                }
        }
        state.withLock { state in
            state.listener = listener
            state.textfile = settings.textfile
            state.hasFailed = false
        }
        if let old, old !== listener { old.close() }
    }

    /// Writes the file, where there is to be one. What goes wrong is told once.
    func write(log: Log) async {
        guard let path = state.withLock({ $0.textfile }) else { return }
        let bytes = Array(text().utf8)
        do {
            try await disk.attempt { () throws(FileError) in
                try FileSystem.replace(path, with: bytes, mode: 0o644)
            }
            state.withLock { $0.hasFailed = false }
        } catch {
            let isNews = state.withLock { state in
                defer { state.hasFailed = true }
                return !state.hasFailed
            }
            if isNews { log.warning("the metrics cannot be written", [LogField("reason", error)]) }
        }
    }
}
