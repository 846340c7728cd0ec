internal import Synchronization

/// Work in order, for threads that wait for it.
final class WorkQueue: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var first = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Counts the pieces of work, and one more for each thread that is to end.
    private let arrivals = Semaphore()

    func append(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.work.append(work) }
        arrivals.signal()
    }

    /// Lets the threads end once the work that is there is done.
    func close() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    /// Waits for work; nil once closed and empty.
    func next() -> (@Sendable () -> Void)? {
        arrivals.wait()
        let work: (@Sendable () -> Void)? = state.withLock { state in
            guard state.first < state.work.count else { return nil }
            let work = state.work[state.first]
            state.first += 1
            if state.first == state.work.count {
                state.work.removeAll(keepingCapacity: true)
                state.first = 0
            }
            return work
        }
        if work == nil { arrivals.signal() }  // closed: wakes the next thread
        return work
    }
}
