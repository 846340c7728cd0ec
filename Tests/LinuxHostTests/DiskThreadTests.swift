import LinuxHost
import Synchronization
import Testing

@Suite struct DiskThreadTests {
    @Test func worksInTheOrderAsked() async {
        let disk = DiskThread()
        let order = Order()
        async let first: Void = disk.run { order.append(1) }
        await first
        for number in 2...100 { await disk.run { order.append(number) } }
        #expect(order.numbers == Array(1...100))
    }

    @Test func severalThreadsWorkAtOnce() async {
        let disk = DiskThread(count: 2)
        let met = Atomic(0)
        // Each waits for the other: with one thread neither would end.
        let work: @Sendable () -> Void = {
            met.add(1, ordering: .relaxed)
            while met.load(ordering: .relaxed) < 2 {}
        }
        async let a: Void = disk.run(work)
        async let b: Void = disk.run(work)
        _ = await (a, b)
        #expect(met.load(ordering: .relaxed) == 2)
    }

    @Test func throwsWhatTheWorkThrows() async {
        struct Fault: Error, Equatable { let number: Int }
        let disk = DiskThread()
        await #expect(throws: Fault(number: 7)) {
            try await disk.attempt { () throws(Fault) -> Int in throw Fault(number: 7) }
        }
    }

    private final class Order: Sendable {
        private let state = Mutex<[Int]>([])
        var numbers: [Int] { state.withLock { $0 } }
        func append(_ number: Int) { state.withLock { $0.append(number) } }
    }
}
