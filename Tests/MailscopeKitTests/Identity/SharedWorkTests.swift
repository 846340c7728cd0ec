import Testing

@testable import MailscopeKit

@Suite struct SharedWorkTests {
    /// Work that ends when it is told to, or cancelled.
    private func start() -> (work: SharedWork<String>, finish: AsyncStream<Never>.Continuation) {
        let (stream, finish) = AsyncStream.makeStream(of: Never.self)
        let work = SharedWork {
            for await _ in stream {}
            return Task.isCancelled ? "cancelled" : "done"
        }
        return (work, finish)
    }

    private func join(_ work: SharedWork<String>, expecting count: Int) async throws -> Task<String, Never> {
        let task = Task {
            switch await work.wait() {
            case .done(let value): value
            case .left: "left"
            case .abandoned: "abandoned"
            }
        }
        for _ in 0..<5000 where work.waiting < count { try await Task.sleep(for: .milliseconds(1)) }
        #expect(work.waiting == count)
        return task
    }

    @Test func goesOnForTheOthersWhenOneLeaves() async throws {
        let (work, finish) = start()
        let stays = try await join(work, expecting: 1)
        let leaves = try await join(work, expecting: 2)
        leaves.cancel()
        #expect(await leaves.value == "left")
        finish.finish()
        #expect(await stays.value == "done")
        let late = try await join(work, expecting: 0)
        #expect(await late.value == "done")
    }

    @Test func endsWhenTheLastOneLeaves() async throws {
        let (work, finish) = start()
        let only = try await join(work, expecting: 1)
        only.cancel()
        #expect(await only.value == "left")
        let late = try await join(work, expecting: 0)
        // Either it has not ended yet, or it ended by cancellation.
        #expect(["abandoned", "cancelled"].contains(await late.value))
        finish.finish()
    }

    @Test func turnsAwayACallerThatWasCancelledBefore() async {
        let (work, finish) = start()
        let caller = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            if case .left = await work.wait() { return true }
            return false
        }
        #expect(await caller.value)
        finish.finish()
    }
}
