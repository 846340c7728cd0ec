import Synchronization

/// The lines of `--json-lines`, written whole one after the other by whatever task has one.
final class ProbeLines: Sendable {
    private let failure = Mutex<(any Error)?>(nil)

    /// The first line that could not be written; those after it were not tried.
    var fault: (any Error)? { failure.withLock { $0 } }

    func write(_ line: ProbeLine) {
        failure.withLock { failure in
            guard failure == nil else { return }
            do { try line.write() } catch { failure = error }
        }
    }
}
