import FoundationEssentials
import MailscopeKit
import Synchronization
import TenantSimulator
import Testing

@testable import Verification

/// Whatever the service does, a run ends.
@Suite struct PatienceTests {
    private func bench(_ count: Int = 40) -> Bench {
        let bench = Bench(closed: (0..<count).map { "u\($0)" })
        bench.restrict(to: [bench.open.objectID])
        return bench
    }

    private func seconds(_ bench: Bench, _ run: () async throws -> VerificationReport) async rethrows -> (
        VerificationReport, Double
    ) {
        let begin = bench.tenant.clock.now
        let report = try await run()
        return (report, bench.tenant.clock.now.timeIntervalSince(begin))
    }

    @Test(arguments: [NetworkFault.throttled, .away])
    func nobodyIsAskedForBeforeAControlHasHeldAndTheRunEnds(fault: NetworkFault) async throws {
        var bench = bench()
        bench.plan.rounds = 3
        let transport = bench.transport([fault], rate: 1)
        let (report, seconds) = try await seconds(bench) { try await bench.verification(transport).run() }
        #expect(report.verdict == .inconclusive && report.mailboxCounts.inconclusive == 40)
        #expect(report.toConclude.contains { $0.contains("--patience") }, "\(report.toConclude)")
        let asked = transport.state.withLock { $0.targets }.filter { $0.contains("/users/") }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.contains(bench.open.objectID) })
        // The patience, once; not for each round and not for each mailbox.
        #expect((1_000..<3_600).contains(seconds), "\(seconds)")
    }

    @Test func aServiceThatStopsAnsweringUnderWayEndsTheRun() async throws {
        var bench = bench()
        bench.plan.controlEvery = 40
        let transport = EndlessTransport(bench.transport(), isStuck: { number, _ in number > 100 })
        let (report, seconds) = try await seconds(bench) { try await bench.verification(transport).run() }
        #expect(report.verdict == .inconclusive && report.mailboxCounts.total == 40)
        // The tenant's clock adds the waits of all lanes.
        #expect(seconds < 9 * 1_800, "\(seconds)")
    }

    @Test func aThrottledListAroundAnOpenMailboxThatAnswersEndsTheRun() async throws {
        var bench = bench(400)
        bench.plan.controlEvery = 20
        let open = bench.open.objectID
        let transport = EndlessTransport(bench.transport(), isStuck: { _, url in !url.contains(open) })
        let (report, seconds) = try await seconds(bench) { try await bench.verification(transport).run() }
        #expect(report.verdict == .inconclusive && report.mailboxCounts.inconclusive == 400)
        // One patience for each lane, and no more for the mailboxes behind.
        #expect(seconds < 9 * 1_800 + 400, "\(seconds)")
    }

    @Test func whatWasDeniedBeforeTheServiceStoppedIsStillBelieved() async throws {
        let bench = bench()
        let late = bench.list.suffix(8).flatMap(\.keys)
        let transport = EndlessTransport(
            bench.transport(), isStuck: { _, url in late.contains { url.lowercased().contains("/\($0)/") } })
        let report = try await bench.verification(transport).run()
        #expect(report.verdict == .inconclusive && report.mailboxCounts.closed == 32, "\(report.summary)")
        #expect(report.mailboxes.flatMap(\.probes).allSatisfy { $0.doubt != .noControl })
    }

    @Test func oneMailboxThatIsThrottledForEverCostsThePatienceOnce() async throws {
        let bench = bench()
        let stuck = bench.list[3]
        let transport = EndlessTransport(
            bench.transport(),
            isStuck: { _, url in stuck.keys.contains { url.lowercased().contains("/\($0)/") } })
        let (report, seconds) = try await seconds(bench) { try await bench.verification(transport).run() }
        #expect(report.verdict == .inconclusive && report.mailboxCounts.closed == 39, "\(report.summary)")
        #expect(report.mailboxes.first?.label == stuck.label)
        #expect(seconds < 2 * 1_800, "\(seconds)")
    }

    @Test func manyStuckMailboxesAreWaitedForTheShorter() {
        let clock = TenantClock(SimulatorClock(frozen: Date(timeIntervalSince1970: 0)))
        let forbearance = Forbearance(.seconds(1_800), clock: clock)
        for _ in 0..<Forbearance.generosity {
            #expect(forbearance.allowance == .seconds(1_800))
            #expect(!forbearance.gaveUp())
        }
        #expect(forbearance.allowance == .seconds(1_800))
        _ = forbearance.gaveUp()
        #expect(forbearance.allowance == .seconds(900))
        for _ in 0..<100 { _ = forbearance.gaveUp() }
        #expect(forbearance.allowance == Forbearance.least)
        clock.clock.advance(by: .seconds(1_800))
        #expect(forbearance.gaveUp() && forbearance.allowance == .zero)
        forbearance.answered(isOpen: true)
        #expect(forbearance.allowance == Forbearance.least)
    }

    @Test func aMailboxThatOutlastsATokenSaysSo() async throws {
        var bench = bench(1)
        bench.plan.lanes = 1
        bench.tenant.switches.change { $0.tokenLifetime = 60 }
        let tokens = TenantTokens(bench.tenant, app: bench.app, margin: 0)
        let transport = bench.transport(latency: .seconds(5))
        let report = try await bench.verification(transport, tokens: tokens).run()
        #expect(report.verdict == .inconclusive)
        let details = report.mailboxes[0].probes.compactMap(\.detail)
        #expect(details.contains { $0.contains("longer than a token lives") }, "\(details)")
    }
}

/// Says 429 for ever where it is `isStuck`, by the number of the request and its address.
private final class EndlessTransport: HTTPTransport {
    let base: TenantTransport
    let isStuck: @Sendable (Int, String) -> Bool
    let count = Mutex(0)

    init(_ base: TenantTransport, isStuck: @escaping @Sendable (Int, String) -> Bool) {
        (self.base, self.isStuck) = (base, isStuck)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await base.send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard isStuck(number, request.url) else { return try await base.open(request) }
        return Empty(head: HTTPResponseHead(status: 429, headers: ["retry-after": "30"]))
    }

    private struct Empty: HTTPBodyStream {
        let head: HTTPResponseHead
        func next() async throws(TransportError) -> [UInt8]? { nil }
        func close() {}
    }
}
