package import FoundationEssentials
import MailscopeKit
import Synchronization

/// A clock that only moves when it is told to.
package final class ManualClock: HostClock {
    /// What `sleep` does.
    package enum Sleeping: Sendable {
        /// Waits for ``ManualClock/advance(by:)``.
        case waits
        /// Advances the clock by its duration and returns at once: a test of backoff needs no second hand.
        case advances
    }

    private struct Sleeper {
        let id: Int
        let until: Duration
        let continuation: CheckedContinuation<Bool, Never>
    }
    private struct State {
        var now: Date
        var uptime = Duration.zero
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var slept: [Duration] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state: Mutex<State>
    private let sleeping: Sleeping

    package init(now: Date = Date(timeIntervalSince1970: 1_700_000_000), sleeping: Sleeping = .waits) {
        state = Mutex(State(now: now))
        self.sleeping = sleeping
    }

    package var now: Date { state.withLock { $0.now } }
    package var uptime: Duration { state.withLock { $0.uptime } }
    /// Every duration that was slept for or is being slept for, in order.
    package var slept: [Duration] { state.withLock { $0.slept } }

    /// Moves both clocks and wakes who has slept enough.
    package func advance(by duration: Duration) {
        let awake = state.withLock { state in
            state.uptime += duration
            state.now += TimeInterval(duration / .seconds(1))
            let awake = state.sleepers.filter { $0.until <= state.uptime }
            state.sleepers.removeAll { $0.until <= state.uptime }
            return awake
        }
        for sleeper in awake { sleeper.continuation.resume(returning: true) }
    }

    /// Steps the wall clock only, as an administrator or NTP does.
    package func step(by duration: Duration) {
        state.withLock { $0.now += TimeInterval(duration / .seconds(1)) }
    }

    /// Returns once at least `count` tasks sleep.
    package func untilSleeping(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if ready { continuation.resume() }
        }
    }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        if sleeping == .advances {
            state.withLock { $0.slept.append(duration) }
            advance(by: duration)
            await Task.yield()
            return
        }
        let id = state.withLock { state in
            state.nextID += 1
            state.slept.append(duration)
            return state.nextID
        }
        let wokeInTime = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enum Start {
                    case waiting([CheckedContinuation<Void, Never>])
                    case over(Bool)
                }
                let start: Start = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .over(false) }
                    if duration <= .zero { return .over(true) }
                    state.sleepers.append(
                        Sleeper(id: id, until: state.uptime + duration, continuation: continuation))
                    let count = state.sleepers.count
                    let seen = state.watchers.filter { $0.count <= count }.map(\.continuation)
                    state.watchers.removeAll { $0.count <= count }
                    return .waiting(seen)
                }
                switch start {
                case .over(let inTime): continuation.resume(returning: inTime)
                case .waiting(let watchers): for watcher in watchers { watcher.resume() }
                }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(returning: false)
        }
        if !wokeInTime { throw CancellationError() }
    }
}
