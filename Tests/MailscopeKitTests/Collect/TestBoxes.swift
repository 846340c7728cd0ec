import MailscopeKit
import Synchronization

/// Keeps every progress that was told.
final class ProgressLog: Sendable {
    private let kept = Mutex<[CollectionProgress]>([])
    var all: [CollectionProgress] { kept.withLock { $0 } }
    func add(_ progress: CollectionProgress) { kept.withLock { $0.append(progress) } }
}

/// True once.
final class Once: Sendable {
    private let isSpent = Mutex(false)
    func callAsFunction() -> Bool {
        isSpent.withLock { isSpent in
            defer { isSpent = true }
            return !isSpent
        }
    }
}

/// A switch that a test turns.
final class Switch: Sendable {
    private let state: Mutex<Bool>
    init(_ isOn: Bool) { state = Mutex(isOn) }
    var isOn: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
