import Synchronization

/// One piece of work that any number of tasks wait for.
///
/// A waiter that is cancelled leaves at once and the others go on waiting; when the last one has left, the work is
/// cancelled and nobody may join it any more.
final class SharedWork<Value: Sendable>: Sendable {
    enum Outcome {
        case done(Value)
        /// The task that waited was cancelled.
        case left
        /// It was abandoned before one could join; start another.
        case abandoned
    }

    private typealias Waiter = CheckedContinuation<Outcome, Never>
    private struct State {
        var value: Value?
        var isAbandoned = false
        var task: Task<Void, Never>?
        var waiters: [Int: Waiter] = [:]
        var early: Set<Int> = []
        var nextID = 0
    }
    private let state = Mutex(State())

    /// Starts the work in a task of its own, which ends with it.
    init(_ work: @escaping @Sendable () async -> Value) {
        let task = Task { self.finish(await work()) }
        state.withLock { $0.task = task }
    }

    /// How many wait at this moment.
    var waiting: Int { state.withLock { $0.waiters.count } }

    func wait() async -> Outcome {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                let outcome: Outcome? = state.withLock { state in
                    if let value = state.value { return .done(value) }
                    // Cancellation may come before the continuation stands.
                    if state.early.remove(id) != nil { return .left }
                    if state.isAbandoned { return .abandoned }
                    state.waiters[id] = waiter
                    return nil
                }
                if let outcome { waiter.resume(returning: outcome) }
            }
        } onCancel: {
            let (waiter, abandoned) = state.withLock { state -> (Waiter?, Task<Void, Never>?) in
                guard let waiter = state.waiters.removeValue(forKey: id) else {
                    state.early.insert(id)
                    return (nil, nil)
                }
                guard state.waiters.isEmpty else { return (waiter, nil) }
                state.isAbandoned = true
                return (waiter, state.task)
            }
            abandoned?.cancel()
            waiter?.resume(returning: .left)
        }
    }

    private func finish(_ value: Value) {
        let waiters = state.withLock { state in
            state.value = value
            state.task = nil
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: .done(value)) }
    }
}
