import MailscopeKit
import TestSupport
import Testing

@Suite struct ManualClockTests {
    @Test func wakesASleeperWhenItsTimeHasCome() async throws {
        let clock = ManualClock()
        async let nap: Void = clock.sleep(for: .seconds(10))
        await clock.untilSleeping()
        clock.advance(by: .seconds(9))
        clock.advance(by: .seconds(1))
        try await nap
        #expect(clock.uptime == .seconds(10))
    }

    @Test func endsANapWhenItsTaskIsCancelled() async {
        let clock = ManualClock()
        let task = Task { try await clock.sleep(for: .seconds(10)) }
        await clock.untilSleeping()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func advancesByItselfWhereAsked() async throws {
        let clock = ManualClock(sleeping: .advances)
        try await clock.sleep(for: .seconds(3))
        #expect(clock.uptime == .seconds(3) && clock.slept == [.seconds(3)])
    }
}
