import Testing

@testable import MailscopeKit

@Suite struct RequestWindowTests {
    /// Counts as the service does: a request counts for ten minutes from the moment it arrives.
    private struct Service {
        var arrivals: [Double] = []
        var first = 0

        mutating func arrive(at time: Double) -> Int {
            arrivals.append(time)
            while arrivals[first] <= time - 600 { first += 1 }
            return arrivals.count - first
        }
    }

    /// Four lanes at full speed for an hour; each request takes a while and arrives at any moment of it.
    private func run(seed: UInt64, latency: ClosedRange<Double>, hours: Double) -> (most: Int, rate: Double) {
        var random = SeededGenerator(seed: seed)
        var window = RequestWindow(budget: 9_990, window: .seconds(600))
        var arrivals: [Double] = []
        var lanes: [(free: Double, isBusy: Bool)] = Array(repeating: (0, false), count: 4)
        while true {
            let lane = lanes.indices.min { lanes[$0].free < lanes[$1].free } ?? 0
            let now = lanes[lane].free
            if now > hours * 3_600 { break }
            if lanes[lane].isBusy {
                window.end(at: .seconds(now))
                lanes[lane].isBusy = false
            }
            if let count = window.takeAhead(at: .seconds(now)) { window.booked(count, at: .seconds(now)) }
            switch window.take(at: .seconds(now)) {
            case .go:
                let took = Double.random(in: latency, using: &random)
                arrivals.append(now + Double.random(in: 0...took, using: &random))
                lanes[lane] = (now + took, true)
            case .book(let count): window.booked(count, at: .seconds(now))
            case .wait(let duration): lanes[lane].free = now + Swift.max(duration / .seconds(1), 0.001)
            }
        }
        var service = Service()
        let most = arrivals.sorted().map { service.arrive(at: $0) }.max() ?? 0
        return (most, Double(arrivals.filter { $0 > 600 }.count) / (hours * 6 - 1))
    }

    @Test(arguments: [0.01...0.02, 0.05...0.3, 0.001...2.0])
    func neverExceedsTheServicesBudgetAndUsesNearlyAllOfIt(latency: ClosedRange<Double>) {
        let (most, rate) = run(seed: 3, latency: latency, hours: 1)
        #expect(most <= 10_000)
        if latency.upperBound < 0.2 { #expect(rate >= 9_900) }
    }

    @Test func countsARequestInFlightForAsLongAsItFlies() {
        var window = RequestWindow(budget: 1, window: .seconds(600))
        #expect(window.take(at: .zero) == .book(1))
        window.booked(1, at: .zero)
        #expect(window.take(at: .zero) == .go)
        #expect(window.take(at: .seconds(5_000)) == .wait(.seconds(1)))
        window.end(at: .seconds(5_000))
        #expect(window.take(at: .seconds(5_001)) == .wait(.seconds(599)))
        #expect(window.take(at: .seconds(5_600)) == .book(1))
    }

    @Test func letsUnusedCreditLapse() {
        var window = RequestWindow(budget: 9_990, window: .seconds(600))
        for expected in [1, 2, 4, 8] {
            #expect(window.take(at: .zero) == .book(expected))
            window.booked(expected, at: .zero)
            for _ in 0..<expected { #expect(window.take(at: .zero) == .go) }
        }
        #expect(window.take(at: .zero) == .book(16))
        window.booked(16, at: .zero)
        #expect(window.used == 31)
        #expect(window.take(at: .seconds(30)) == .book(1))
        #expect(window.used == 16)
    }

    @Test func remembersBookingsAsLateAsTheyCanHaveBeenUsed() {
        var window = RequestWindow(budget: 200, window: .seconds(600))
        window.remember(200, age: .seconds(100), at: .seconds(10))
        // Booked 100 s ago, used up to 30 s later, arrived up to 20 s after that.
        #expect(window.take(at: .seconds(10)) == .wait(.seconds(550)))
        #expect(window.take(at: .seconds(559)) == .wait(.seconds(1)))
        #expect(window.take(at: .seconds(560)) == .book(1))
    }

    @Test func countsABookingFromTheFutureFromNow() {
        var window = RequestWindow(budget: 1, window: .seconds(600))
        window.remember(1, age: .seconds(-300), at: .zero)
        #expect(window.take(at: .zero) == .wait(.seconds(600)))
    }
}
