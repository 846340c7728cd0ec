import Synchronization

/// Work that may hang (a disk that is gone, a name server that is silent) and is not waited for longer than so long.
enum TimeLimit {
    /// What `work` gives; nil where it took longer, or the task was cancelled. Work that cannot be cancelled goes on and
    /// is forgotten: the process ends soon.
    static func run<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let race = Race<Value>()
        let worker = Task { race.end(await work()) }
        let timer = Task {
            try? await Task.sleep(for: limit)
            race.end(nil)
        }
        defer {
            worker.cancel()
            timer.cancel()
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { race.wait($0) }
        } onCancel: {
            race.end(nil)
        }
    }
}

/// The first to end it decides.
private final class Race<Value: Sendable>: Sendable {
    private enum State {
        case running(CheckedContinuation<Value?, Never>?)
        case over(Value?)
    }
    private let state = Mutex(State.running(nil))

    func wait(_ waiter: CheckedContinuation<Value?, Never>) {
        let result: Value?? = state.withLock { state in
            if case .over(let value) = state { return .some(value) }
            state = .running(waiter)
            return nil
        }
        if let result { waiter.resume(returning: result) }
    }

    func end(_ value: Value?) {
        let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            guard case .running(let waiter) = state else { return nil }
            state = .over(value)
            return waiter
        }
        waiter?.resume(returning: value)
    }
}
