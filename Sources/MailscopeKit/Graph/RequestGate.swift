import FoundationEssentials
import Synchronization

/// Lets requests to one mailbox through: so many at once, so many in ten minutes, nobody while a fence stands.
///
/// First come, first served. Whoever asks the service for anything in this mailbox with this app passes here, probes
/// too. Requests are booked in the ledger before they are sent, so that no crash forgets them.
package final class RequestGate: Sendable {
    private struct State {
        var busy = 0
        var waiters: [Waiter] = []
        /// Cancelled before they came to wait.
        var overtaken: Set<UInt64> = []
        var tickets: UInt64 = 0
        /// By the clock's uptime.
        var fence: Duration?
        var window: RequestWindow
        var isLoaded: Bool
    }

    private struct Waiter {
        let ticket: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let limits: GateLimits
    private let ledger: (any RequestLedger)?
    private let clock: any HostClock
    private let log: Log
    private let state: Mutex<State>

    /// - Parameters:
    ///   - limits: the service's, or less.
    ///   - ledger: where requests are booked over restarts; nil remembers nothing.
    ///   - clock: measures the window by its uptime and dates bookings by its wall time.
    ///   - log: hears of long waits.
    package init(
        limits: GateLimits = GateLimits(), ledger: (any RequestLedger)?, clock: any HostClock,
        log: Log = .silent
    ) {
        self.limits = limits
        self.ledger = ledger
        self.clock = clock
        self.log = log
        let window = RequestWindow(budget: limits.budget, window: limits.window)
        state = Mutex(State(window: window, isLoaded: ledger == nil))
    }

    /// Waits for a lane, for the fence to fall and for the budget; then one request may be sent.
    ///
    /// - Returns: the lane; it is held until ``GateLane/release()`` or its last reference.
    /// - Throws: ``GateError/cancelled`` when the task is cancelled while waiting: its place is free again.
    package func enter() async throws(GateError) -> GateLane {
        // Before a lane is taken, so that none is idle meanwhile.
        let uptime = clock.uptime
        if let count = state.withLock({ $0.window.takeAhead(at: uptime) }) { try await book(count) }
        try await place()
        let lane = GateLane(gate: self)
        try await lane.begin()
        return lane
    }

    /// The service asked for a pause: nobody starts a request before it has passed. The longest wins.
    package func fence(for pause: Duration) {
        let end = clock.uptime + pause
        state.withLock { $0.fence = Swift.max($0.fence ?? .zero, end) }
    }

    package func snapshot() -> GateSnapshot {
        let (uptime, now) = (clock.uptime, clock.now)
        return state.withLock { state in
            let fence = state.fence.flatMap { $0 > uptime ? $0 - uptime : nil }
            return GateSnapshot(
                used: state.window.used, budget: limits.budget, inFlight: state.window.inFlight,
                waiting: state.waiters.count, fenceUntil: fence.map { now + $0 / .seconds(1) })
        }
    }
}

// MARK: For GateLane

extension RequestGate {
    /// Counts one request in, once the fence has fallen and the budget has room.
    func begin() async throws(GateError) {
        while true {
            if Task.isCancelled { throw .cancelled }
            switch step() {
            case .go: return
            case .wait(let duration): try await sleep(for: duration)
            case .load: try await load()
            case .book(let count): try await book(count)
            }
        }
    }

    func end() {
        let uptime = clock.uptime
        state.withLock { $0.window.end(at: uptime) }
    }

    func sleep(for duration: Duration) async throws(GateError) {
        if duration > .seconds(30) {
            log.info("waiting before the next request", [LogField("seconds", duration.components.seconds)])
        }
        do { try await clock.sleep(for: duration) } catch { throw .cancelled }
    }

    /// Gives the lane to whoever waits longest.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            if state.waiters.isEmpty {
                state.busy -= 1
                return nil
            }
            return state.waiters.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}

extension RequestGate {
    private enum Step {
        case go
        case wait(Duration)
        case book(Int)
        case load
    }

    private func step() -> Step {
        let uptime = clock.uptime
        return state.withLock { state in
            if !state.isLoaded { return .load }
            if let fence = state.fence {
                if fence > uptime { return .wait(fence - uptime) }
                state.fence = nil
            }
            switch state.window.take(at: uptime) {
            case .go: return .go
            case .wait(let duration): return .wait(duration)
            case .book(let count): return .book(count)
            }
        }
    }

    private func place() async throws(GateError) {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        let isGranted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.overtaken.contains(ticket) { return false }
                    if state.busy < limits.lanes {
                        state.busy += 1
                        return true
                    }
                    state.waiters.append(Waiter(ticket: ticket, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let at = state.waiters.firstIndex(where: { $0.ticket == ticket }) else {
                    state.overtaken.insert(ticket)
                    return nil
                }
                return state.waiters.remove(at: at)
            }
            waiter?.continuation.resume(returning: false)
        }
        state.withLock { _ = $0.overtaken.remove(ticket) }
        if !isGranted { throw .cancelled }
    }

    private func load() async throws(GateError) {
        guard let ledger else { return }
        let (uptime, now) = (clock.uptime, clock.now)
        let reach = limits.window + RequestWindow.creditLifetime + RequestWindow.travelLimit
        let bookings: [RequestBooking]
        do {
            bookings = try await ledger.bookings(since: now - reach / .seconds(1))
        } catch {
            throw .ledger(error)
        }
        state.withLock { state in
            guard !state.isLoaded else { return }
            state.isLoaded = true
            for booking in bookings {
                let age = Duration.seconds(now.timeIntervalSince(booking.time))
                // Further ahead than a window can only be the doing of a wrong clock, long ago or not; else it
                // would count anew at every restart until that day.
                guard age > .zero - limits.window else { continue }
                state.window.remember(booking.count, age: age, at: uptime)
            }
        }
    }

    private func book(_ count: Int) async throws(GateError) {
        let uptime = clock.uptime
        do {
            try await ledger?.book(RequestBooking(time: clock.now, count: count))
        } catch {
            state.withLock { $0.window.failed(count) }
            throw .ledger(error)
        }
        state.withLock { $0.window.booked(count, at: uptime) }
    }
}
