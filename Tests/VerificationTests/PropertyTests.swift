import FoundationEssentials
import MailscopeKit
import Synchronization
import Testing

@testable import TenantSimulator
@testable import Verification

/// Random tenants behind random networks. The truth is the tenant's: the transport sees what it answered before the
/// network spoilt it.
@Suite struct PropertyTests {
    @Test func noVerdictIsFalseInTwoThousandRandomTenants() async throws {
        let summary = await withTaskGroup(of: Outcome.self) { group in
            var next = UInt64(0)
            var all: [Outcome] = []
            while true {
                while next < 2_000, next - UInt64(all.count) < 4 {
                    let seed = next
                    next += 1
                    group.addTask { await Self.run(seed: seed) }
                }
                guard let outcome = await group.next() else { return all }
                all.append(outcome)
            }
        }
        for outcome in summary {
            #expect(outcome.failure == nil, "seed \(outcome.seed): \(outcome.failure ?? "")")
        }
        // Not all of one kind: a prober that never says anything would pass all else.
        for verdict in Verdict.allCases {
            #expect(summary.count { $0.verdict == verdict } > 200, "\(verdict)")
        }
        #expect(summary.count { $0.isQuiet && $0.verdict != .inconclusive } > 200)
    }

    private struct Outcome {
        let seed: UInt64
        var verdict: Verdict?
        var failure: String?
        /// Nothing stood in the way of a conclusive verdict.
        var isQuiet = false
    }

    private static func run(seed: UInt64) async -> Outcome {
        var outcome = Outcome(seed: seed)
        var random = SeededGenerator(seed: seed &* 7919)
        func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
        func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }

        let roles = pick([["Mail.Read"], ["Mail.Read"], ["Mail.ReadBasic"], [], ["Mail.ReadWrite"]])
        var bench = Bench(closed: pick([["a"], ["a"], ["a", "b"]]), seed: seed + 1, roles: roles)
        bench.plan.wantedRoles.insert("Mail.ReadWrite")
        bench.plan.doors = pick([ProbeDoor.mail, [.messages], [.messages, .inboxDelta], [.messages]])
        bench.plan.lanes = pick([1, 3, 8])
        bench.plan.controlEvery = pick([3, 10, 200])
        bench.plan.rounds = pick([1, 1, 2])
        bench.plan.patience.throttled = .seconds(120)
        if chance(0.04) { bench.plan.wait = .seconds(3_600) }

        // The configuration, which may still be spreading.
        let isSettled = chance(0.6)
        if !isSettled {
            let (delay, frontEnds) = (pick([2, 60, 1_800]), pick([1, 4]))
            bench.tenant.switches.change { switches in
                switches.policyDelay = delay
                switches.assignmentDelay = delay
                switches.frontEnds = frontEnds
            }
        }
        bench.tenant.switches.change { $0.tokenLifetime = 3_599 }
        // A token may end within a mailbox, again and again: then nothing can be concluded.
        let isShortLived = chance(0.2)
        if isShortLived { bench.tenant.switches.change { $0.tokenLifetime = 60 } }
        if chance(0.8) {
            var members = [bench.open.objectID]
            if chance(0.2) { members.append(bench.closed[0].objectID) }
            if chance(0.1) { members = [] }
            bench.restrict(
                to: members, appID: pick([bench.app.appID, bench.app.appID, "*", bench.app.objectID]),
                right: chance(0.9) ? .restrictAccess : .denyAccess)
        }
        if roles.isEmpty || chance(0.2) {
            let group = "99999999-0000-4000-8000-000000000001"
            bench.assign(
                pick(["Application Mail.Read", "Application Mail.ReadBasic", "Application Calendars.Read"]),
                scope: pick([.group(objectID: group), .group(objectID: group), .organization]),
                isEnabled: chance(0.8))
        }
        if chance(0.1) {
            bench.closed[0].state = pick([.noLicence, .softDeleted, .moving])
            bench.tenant.directory.add(bench.closed[0])
        }
        bench.tenant.graph.change { $0.namesUnknownMailboxFirst = seed % 2 == 0 }
        var list = bench.list
        let isWrongTenant = chance(0.05)
        if isWrongTenant { list.append(ClosedMailbox(addresses: ["someone@fabrikam.test"])) }
        let different = list.count
        if chance(0.3) { list.append(ClosedMailbox(addresses: [bench.closed[0].addresses[0].uppercased()])) }
        if chance(0.2) { list.insert(ClosedMailbox(addresses: [bench.closed[0].addresses[1]]), at: 0) }
        if chance(0.2) { list.append(list[0]) }
        if chance(0.2) {
            list.append(
                ClosedMailbox(objectID: bench.open.objectID, addresses: [bench.open.userPrincipalName]))
        }
        let hasAllData = chance(0.2)
        if hasAllData { bench.plan.doors = [.messages] + ProbeDoor.otherData }

        // The network.
        let rate = pick([0, 0, 0.02, 0.2, 1])
        let faults = chance(0.5) ? NetworkFault.allCases : [pick(NetworkFault.allCases)]
        let limit = pick([2, 20, Int.max])
        let transport = bench.transport(
            faults, rate: rate, limit: limit, sparesOpen: chance(0.5),
            latency: pick([.milliseconds(20), .seconds(1), .seconds(3)]),
            seed: seed)

        let events = Events()
        let report: VerificationReport
        do {
            report = try await bench.verification(transport, list: list) { event in
                events.add(event)
                if case .waiting = event { transport.forget() }
            }.run()
        } catch {
            outcome.failure = "no report: \(error)"
            return outcome
        }
        outcome.verdict = report.verdict
        let (readable, delivered) = transport.state.withLock { ($0.readable, $0.delivered) }
        let model = bench.tenant.exchange.model(for: bench.app.objectID)
        func isReadable(_ mailbox: SimulatedMailbox) -> Bool {
            mailbox.state == .active
                && model.answer(
                    appID: bench.app.appID, objectID: bench.app.objectID, roles: roles, mailbox: mailbox,
                    permission: "Mail.ReadBasic") == .allowed
        }
        let isOpen = bench.closed.contains(where: isReadable)
        outcome.isQuiet =
            isSettled && rate == 0 && isReadable(bench.open) && !isWrongTenant && !isShortLived
            && bench.closed.allSatisfy { $0.state == .active } && !hasAllData
        if report.mailboxCounts.total != different { outcome.failure = "a mailbox was counted twice" }
        switch report.verdict {
        case .confined:
            if delivered > 0 { outcome.failure = "confined, and an answer said readable" }
            if isSettled, readable > 0 || isOpen { outcome.failure = "confined, and a mailbox was readable" }
            if isSettled, !isReadable(bench.open) {
                outcome.failure = "confined, and the open one was closed"
            }
            if seed % 2 == 0, isWrongTenant || bench.closed.contains(where: { $0.state != .active }) {
                outcome.failure = "confined, and a mailbox could not be looked at"
            }
            if report.controlsHeld == 0 { outcome.failure = "confined without a control" }
        case .breach: if delivered == 0 { outcome.failure = "breach, and none was readable" }
        case .inconclusive:
            if report.toConclude.isEmpty { outcome.failure = "inconclusive without a reason" }
            if outcome.isQuiet { outcome.failure = "nothing stood in the way: \(report.toConclude)" }
        }
        if outcome.isQuiet, (report.verdict == .breach) != isOpen {
            outcome.failure = "the quiet truth was missed"
        }
        if transport.state.withLock({ $0.methods }) != ["GET"] { outcome.failure = "not only GET" }
        if transport.state.withLock({ $0.bodiesRead }) > 0 {
            outcome.failure = "a body of a success was read"
        }
        return outcome
    }
}
