import FoundationEssentials
import MailscopeKit
import TestSupport
import Testing

@Suite struct RequestGateTests {
    /// Lets every task that can run do so until `isSo`; bounded.
    private func until(_ isSo: () -> Bool) async {
        for _ in 0..<100_000 where !isSo() { await Task.yield() }
        #expect(isSo())
    }

    @Test func letsFourThroughAndServesTheRestInTurn() async throws {
        let gate = RequestGate(ledger: nil, clock: ManualClock())
        var lanes: [GateLane] = []
        for _ in 0..<4 { lanes.append(try await gate.enter()) }
        let order = Shared<[Int]>([])
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<5 {
            tasks.append(
                Task {
                    let lane = try await gate.enter()
                    order.change { $0.append(number) }
                    lane.release()
                })
            await until { gate.snapshot().waiting == number + 1 }
        }
        #expect(gate.snapshot().inFlight == 4)
        lanes[2].release()
        for task in tasks { try await task.value }
        #expect(order.value == [0, 1, 2, 3, 4])
        #expect(gate.snapshot().inFlight == 3)
        withExtendedLifetime(lanes) {}
    }

    @Test func freesALaneThatNobodyHoldsAnyMore() async throws {
        let gate = RequestGate(limits: GateLimits(lanes: 1), ledger: nil, clock: ManualClock())
        for _ in 0..<3 { _ = try await gate.enter() }
        let lane = try await gate.enter()
        lane.release()
        lane.release()
        #expect(gate.snapshot().inFlight == 0)
        _ = try await gate.enter()
    }

    @Test func givesUpThePlaceOfACancelledWaiter() async throws {
        let gate = RequestGate(limits: GateLimits(lanes: 1), ledger: nil, clock: ManualClock())
        let lane = try await gate.enter()
        let cancelled = Task { _ = try await gate.enter() }
        await until { gate.snapshot().waiting == 1 }
        let patient = Task { _ = try await gate.enter() }
        await until { gate.snapshot().waiting == 2 }
        cancelled.cancel()
        await #expect(throws: GateError.cancelled) { try await cancelled.value }
        lane.release()
        try await patient.value
        #expect(gate.snapshot().waiting == 0 && gate.snapshot().inFlight == 0)
    }

    @Test func losesNoLaneHoweverCallersAreCancelled() async throws {
        let gate = RequestGate(limits: GateLimits(lanes: 3), ledger: nil, clock: ManualClock())
        let most = Shared(0)
        var random = SeededGenerator(seed: 5)
        var tasks: [Task<Void, Never>] = []
        for _ in 0..<600 {
            let yields = Int.random(in: 0..<6, using: &random)
            tasks.append(
                Task {
                    guard let lane = try? await gate.enter() else { return }
                    most.change { $0 = Swift.max($0, gate.snapshot().inFlight) }
                    for _ in 0..<yields { await Task.yield() }
                    lane.release()
                })
            if Bool.random(using: &random) { tasks.randomElement(using: &random)?.cancel() }
            if yields == 0 { await Task.yield() }
        }
        for task in tasks { await task.value }
        #expect(most.value <= 3)
        #expect(gate.snapshot().inFlight == 0 && gate.snapshot().waiting == 0)
        // All three are still there.
        var lanes: [GateLane] = []
        for _ in 0..<3 { lanes.append(try await gate.enter()) }
        #expect(gate.snapshot().inFlight == 3)
        withExtendedLifetime(lanes) {}
    }

    @Test func holdsEverybodyBackWhileTheFenceStands() async throws {
        let clock = ManualClock()
        let gate = RequestGate(ledger: nil, clock: clock)
        let held = try await gate.enter()
        gate.fence(for: .seconds(10))
        gate.fence(for: .seconds(3))
        #expect(gate.snapshot().fenceUntil == clock.now + 10)
        let starts = Shared<[Duration]>([])
        let again = Task {
            try await held.again()
            starts.change { $0.append(clock.uptime) }
        }
        let other = Task {
            let lane = try await gate.enter()
            starts.change { $0.append(clock.uptime) }
            lane.release()
        }
        await clock.untilSleeping(2)
        clock.advance(by: .seconds(9))
        gate.fence(for: .seconds(5))
        clock.advance(by: .seconds(1))
        await clock.untilSleeping(2)
        #expect(starts.value.isEmpty)
        clock.advance(by: .seconds(4))
        try await again.value
        try await other.value
        #expect(starts.value == [.seconds(14), .seconds(14)])
        #expect(gate.snapshot().fenceUntil == nil)
    }

    @Test func booksBeforeItSendsAndBoundsTheRows() async throws {
        let clock = ManualClock(sleeping: .advances)
        let ledger = BookingLedger()
        let gate = RequestGate(ledger: ledger, clock: clock)
        for sent in 1...20_000 {
            try await gate.enter().release()
            if sent % 1_000 == 0 { #expect(ledger.rows.reduce(0) { $0 + $1.count } >= sent) }
        }
        // The second half had to wait for a window.
        #expect(clock.uptime >= .seconds(600) && clock.uptime < .seconds(1_210))
        let recent = ledger.rows.filter { $0.time > clock.now - 600 }
        #expect(recent.count <= 700)
    }

    @Test func remembersOverARestart() async throws {
        let clock = ManualClock(sleeping: .advances)
        let ledger = BookingLedger([RequestBooking(time: clock.now - 100, count: 9_990)])
        let gate = RequestGate(ledger: ledger, clock: clock)
        try await gate.enter().release()
        #expect(clock.uptime == .seconds(550))
    }

    @Test func survivesAWallClockThatSteps() async throws {
        let clock = ManualClock(sleeping: .advances)
        let ledger = BookingLedger([
            RequestBooking(time: clock.now + 300, count: 9_990),
            RequestBooking(time: clock.now + 86_400, count: 9_990),
        ])
        let gate = RequestGate(ledger: ledger, clock: clock)
        clock.step(by: .seconds(-20))
        try await gate.enter().release()
        #expect(clock.uptime == .seconds(600))
        clock.step(by: .seconds(86_400))
        try await gate.enter().release()
        #expect(clock.uptime == .seconds(600))
    }

    @Test func sendsNothingThatItCannotBook() async throws {
        let error = LedgerError.unusable(path: "/x", detail: "disk full")
        let gate = RequestGate(ledger: BookingLedger(failingWith: error), clock: ManualClock())
        for _ in 0..<10 {
            await #expect(throws: GateError.ledger(error)) { try await gate.enter() }
        }
        #expect(gate.snapshot().used == 0 && gate.snapshot().inFlight == 0)
    }

    @Test func endsAWaitForTheBudgetWhenCancelled() async throws {
        let clock = ManualClock()
        let gate = RequestGate(limits: GateLimits(lanes: 1, budget: 1), ledger: nil, clock: clock)
        try await gate.enter().release()
        let task = Task { _ = try await gate.enter() }
        await clock.untilSleeping()
        task.cancel()
        await #expect(throws: GateError.cancelled) { try await task.value }
        clock.advance(by: .seconds(601))
        try await gate.enter().release()
    }
}
