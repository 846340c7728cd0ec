import FoundationEssentials
import MailscopeKit
import Synchronization
import Testing

@testable import TenantSimulator
@testable import Verification

/// Controls, tokens, throttling, rounds and waits.
@Suite struct ProtocolTests {
    @Test(arguments: NetworkFault.allCases)
    func aNetworkThatSpoilsEverythingProvesNothing(fault: NetworkFault) async throws {
        var bench = Bench()
        bench.plan.patience.throttled = .seconds(60)
        bench.restrict(to: [bench.open.objectID])
        let report = try await bench.report(bench.transport([fault], rate: 1))
        #expect(report.verdict == .inconclusive || fault == .cachedAnswer, "\(report.summary)")
        #expect(report.verdict != .breach)
    }

    @Test func throttlingIsObeyedWithoutGivingUp() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID])
        let begin = bench.tenant.clock.now
        let report = try await bench.report(bench.transport([.throttled], rate: 1, limit: 20))
        #expect(report.verdict == .confined)
        #expect(report.ended.timeIntervalSince(begin) >= 3)
    }

    @Test func aTokenThatEndsUnderWayVoidsWhatLiesBetween() async throws {
        var bench = Bench(closed: ["a", "b", "c", "d", "e", "f"])
        bench.plan.lanes = 1
        bench.plan.controlEvery = 40
        bench.tenant.switches.change { $0.tokenLifetime = 60 }
        bench.restrict(to: [bench.open.objectID])
        let tokens = TenantTokens(bench.tenant, app: bench.app, margin: 0)
        let transport = bench.transport(latency: .milliseconds(700))
        let report = try await bench.verification(transport, tokens: tokens).run()
        #expect(report.verdict == .confined, "\(report.toConclude)")
        #expect(report.tokens.count > 1 && report.probeCounts.voided > 0)
        #expect(bench.events.voided > 0)
        // Every answer that stands is of one token with controls on both sides.
        for mailbox in report.mailboxes { #expect(Set(mailbox.probes.map(\.token)).count == 1) }
    }

    @Test func aRenewedTokenIsTakenIntoUseBetweenTwoControls() async throws {
        var bench = Bench(closed: (0..<12).map { "u\($0)" })
        bench.plan.lanes = 2
        bench.plan.controlEvery = 20
        bench.restrict(to: [bench.open.objectID])
        bench.tenant.switches.change { $0.tokenLifetime = 300 }
        let report = try await bench.report(bench.transport(latency: .milliseconds(2_000)))
        #expect(report.verdict == .confined, "\(report.toConclude)")
        #expect(report.tokens.count > 1)
    }

    @Test func aPolicyOnItsWayIsNotConfinedNowAndConfinedAfterTheWait() async throws {
        var bench = Bench()
        bench.tenant.switches.change {
            $0.policyDelay = 3_600
            $0.frontEnds = 4
        }
        bench.restrict(to: [bench.open.objectID])
        #expect(try await bench.report().verdict == .breach)
        bench.plan.wait = .seconds(4 * 3_600)
        let report = try await bench.report()
        #expect(report.verdict == .confined, "\(report.toConclude)")
        #expect(bench.events.waits > 2 && bench.events.notices.contains { $0.contains("RBAC") })
        // What failed before needs two rounds that agree.
        let last = try #require(report.rounds.last)
        #expect(last.attempt > 2 && last.round == 2)
        #expect(report.rounds.first?.mailboxes.breach == 1 && report.mailboxCounts.breach == 0)
    }

    @Test func aWaitEndsWhenItsTimeIsUp() async throws {
        var bench = Bench()
        bench.plan.wait = .seconds(3_600)
        let begin = bench.tenant.clock.now
        let report = try await bench.report()
        #expect(report.verdict == .breach)
        #expect((3_600..<5_400).contains(report.ended.timeIntervalSince(begin)))
    }

    @Test func roundsMustAgree() async throws {
        var bench = Bench()
        bench.plan.rounds = 2
        bench.restrict(to: [bench.open.objectID])
        let opened = Mutex(false)
        let (exchange, clock) = (bench.tenant.exchange, bench.tenant.clock)
        let begin = clock.now
        let transport = bench.transport { _ in
            guard clock.now.timeIntervalSince(begin) > 250 else { return }
            opened.withLock { opened in
                if !opened { exchange.change { $0.policies = [] } }
                opened = true
            }
        }
        let report = try await bench.report(transport)
        #expect(report.verdict == .breach && report.rounds.map(\.mailboxes.breach) == [0, 1])
    }

    @Test func theOpenMailboxIsReadAgainAndAgain() async throws {
        var bench = Bench(closed: (0..<5).map { "u\($0)" })
        bench.plan.controlEvery = 10
        bench.plan.lanes = 1
        bench.restrict(to: [bench.open.objectID])
        let report = try await bench.report()
        #expect(report.verdict == .confined && report.controlsHeld >= 5)
    }

    @Test func anOpenMailboxThatClosesUnderWayProvesNothing() async throws {
        var bench = Bench(closed: (0..<5).map { "u\($0)" })
        bench.plan.controlEvery = 10
        bench.plan.lanes = 1
        bench.restrict(to: [bench.open.objectID])
        let exchange = bench.tenant.exchange
        let transport = bench.transport { number in
            guard number == 40 else { return }
            exchange.change { $0.groups["99999999-0000-4000-8000-000000000001"]?.members = [] }
        }
        let report = try await bench.report(transport)
        #expect(report.verdict == .inconclusive && report.controlsFailed > 0)
    }

    @Test func noTokenIsAReportToo() async throws {
        let bench = Bench()
        let report = try await bench.verification(bench.transport(), tokens: NoTokens()).run()
        #expect(report.verdict == .inconclusive && report.mailboxes[0].probes[0].doubt == .noToken)
    }

    @Test func aTokenOfAnotherAppProvesNothingOfOurs() async throws {
        var bench = Bench()
        bench.restrict(to: [bench.open.objectID])
        bench.plan.clientID = "11111111-1111-4111-8111-111111111111"
        let report = try await bench.report()
        #expect(report.verdict == .inconclusive && report.toConclude.contains { $0.contains("client-id") })
    }

    @Test func neverMoreThanFourAtOnceInOneMailbox() async throws {
        var bench = Bench()
        bench.plan.lanes = 64
        bench.restrict(to: [bench.open.objectID])
        let transport = CountingTransport(bench.transport())
        #expect(try await bench.verification(transport).run().verdict == .confined)
        #expect((2...4).contains(transport.peak.withLock { $0.peak }))
    }

    private struct NoTokens: AccessTokenSource {
        func token() async throws(TokenError) -> Secret<String> {
            throw .unavailable(detail: "away", retryAfter: nil)
        }
        func discard(_ token: Secret<String>) async -> Bool { true }
    }
}

/// Counts what is in flight.
private final class CountingTransport: HTTPTransport {
    let base: TenantTransport
    let peak = Mutex((now: 0, peak: 0))

    init(_ base: TenantTransport) { self.base = base }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await base.send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        peak.withLock { peak in
            peak.now += 1
            peak.peak = Swift.max(peak.peak, peak.now)
        }
        defer { peak.withLock { $0.now -= 1 } }
        for _ in 0..<20 { await Task.yield() }
        return try await base.open(request)
    }
}
