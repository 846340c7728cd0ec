import FoundationEssentials
import MailscopeKit
import Synchronization
import TenantSimulator
import Testing

@testable import Verification

/// What the verdict is where the tenant is so and so.
@Suite struct VerdictTests {
    @Test func aRestrictedAppIsConfinedAndTheWayIsNamed() async throws {
        let bench = Bench(closed: ["boss", "legal"])
        bench.restrict(to: [bench.open.objectID])
        let transport = bench.transport()
        let report = try await bench.report(transport)
        #expect(report.verdict == .confined, "\(report.toConclude)")
        #expect(report.mailboxCounts.closed == 2 && report.probeCounts.readable == 0)
        #expect(report.probeCounts.deniedByPolicy == report.probeCounts.denied)
        // Object id, two addresses, capitals of both; four doors each.
        #expect(report.plan.probesPerRound == 2 * 5 * 4 && report.probeCounts.total == 40)
        #expect(report.controlsHeld >= 2 && report.controlsFailed == 0)
        #expect(report.tokens.count == 1 && report.tokens[0].roles == ["Mail.Read"])
        #expect(report.tokens[0].servicePrincipal == bench.app.objectID)
        #expect(report.roles.isEmpty && report.toConclude.isEmpty)
        #expect(transport.state.withLock { $0.methods } == ["GET"])
        #expect(report.mailboxes.flatMap(\.probes).allSatisfy { $0.requestID != nil })
    }

    @Test func aScopedRoleConfinesToo() async throws {
        let bench = Bench(roles: [])
        bench.restrict(to: [bench.open.objectID], appID: "99999999-0000-4000-8000-00000000000f")
        bench.assign(scope: .group(objectID: "99999999-0000-4000-8000-000000000001"))
        let report = try await bench.report()
        #expect(report.verdict == .confined)
        #expect(report.probeCounts.deniedByPolicy == 0)
        #expect(report.mailboxes[0].probes.allSatisfy { $0.way == .unknown })
        #expect(report.tokens[0].roles == nil)
    }

    @Test func nothingOfABreachedMailboxIsRead() async throws {
        let bench = Bench()
        let transport = bench.transport()
        let report = try await bench.report(transport)
        #expect(report.verdict == .breach)
        #expect(report.mailboxCounts.breach == 1)
        #expect(report.mailboxes[0].breaches.count == report.plan.probesPerRound)
        #expect(transport.state.withLock { $0.bodiesRead } == 0)
    }

    @Test func anUnscopedRoleBesideAPolicyIsABreach() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID])
        bench.assign()
        #expect(try await bench.report().verdict == .breach)
    }

    @Test func aGrantLeftInEntraBesideAScopedRoleIsABreachAndAFinding() async throws {
        var bench = Bench()
        bench.plan.wantedRoles = []
        bench.restrict(to: [bench.open.objectID], appID: "99999999-0000-4000-8000-00000000000f")
        bench.assign(scope: .group(objectID: "99999999-0000-4000-8000-000000000001"))
        let report = try await bench.report()
        #expect(report.verdict == .breach)
        #expect(report.roles.map(\.role) == ["Mail.Read"])
    }

    @Test func denyingAloneLeavesTheRestOpen() async throws {
        let bench = Bench(closed: ["boss", "legal"])
        bench.restrict(to: [bench.closed[0].objectID], right: .denyAccess)
        let report = try await bench.report()
        #expect(report.verdict == .breach)
        #expect(report.mailboxCounts.breach == 1 && report.mailboxCounts.closed == 1)
        #expect(report.mailboxes.map(\.label) == ["legal@contoso.test", "boss@contoso.test"])
    }

    @Test func denyingTheOpenMailboxByMistakeIsStillABreach() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID], right: .denyAccess)
        let report = try await bench.report()
        #expect(report.verdict == .breach)
        #expect(report.controlsFailed > 0)
    }

    @Test func aPolicyForTheWrongIDConfinesNothing() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID], appID: bench.app.objectID)
        #expect(try await bench.report().verdict == .breach)
    }

    @Test(arguments: [true, false])
    func aNestedGroupIsJudgedByWhatTheServiceDoes(countsNested: Bool) async throws {
        let bench = Bench()
        bench.tenant.switches.change { $0.policiesCountNestedGroups = countsNested }
        let inner = SimulatedGroup(
            objectID: "99999999-0000-4000-8000-000000000002", name: "Inner", address: "inner@contoso.test",
            members: [bench.closed[0].objectID])
        bench.tenant.exchange.change { $0.groups[inner.objectID] = inner }
        bench.restrict(to: [bench.open.objectID, inner.objectID])
        #expect(try await bench.report().verdict == (countsNested ? .breach : .confined))
    }

    @Test func anAliasThatIsOpenWhileTheAddressIsClosedIsABreach() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID])
        let transport = AliasTransport(bench.transport(), alias: "boss.alias@contoso.test")
        let report = try await bench.verification(transport).run()
        #expect(report.verdict == .breach)
        #expect(Set(report.mailboxes[0].breaches.map(\.name.text)) == ["boss.alias@contoso.test"])
        #expect(report.mailboxes[0].state == .breach)
    }

    @Test(arguments: [SimulatedMailbox.State.noLicence, .softDeleted, .onPremises, .moving])
    func aMailboxThatGraphDoesNotReachProvesNothing(state: SimulatedMailbox.State) async throws {
        var bench = Bench()
        bench.plan.patience.throttled = .seconds(30)
        bench.closed[0].state = state
        bench.tenant.directory.add(bench.closed[0])
        bench.restrict(to: [bench.open.objectID])
        bench.tenant.graph.change { $0.namesUnknownMailboxFirst = true }
        let report = try await bench.report()
        #expect(report.verdict == .inconclusive && !report.toConclude.isEmpty)
    }

    @Test func anUnknownMailboxProvesNothing() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID])
        let list = [ClosedMailbox(addresses: ["bos@contoso.test"])]
        let report = try await bench.verification(bench.transport(), list: list).run()
        #expect(report.verdict == .inconclusive)
        #expect(report.mailboxes[0].probes.allSatisfy { $0.doubt == .notFound && $0.status == 404 })
    }

    @Test func withoutAReadableOpenMailboxADenialProvesNothing() async throws {
        let bench = Bench(roles: [])
        let report = try await bench.report()
        #expect(report.verdict == .inconclusive)
        #expect(report.mailboxes[0].probes.allSatisfy { $0.doubt == .noControl })
        #expect(report.controlsHeld == 0 && report.controlsFailed > 0)
    }

    @Test func anOpenMailboxOnTheListIsLeftOut() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID])
        let list = bench.list + [ClosedMailbox(addresses: ["REPORTS@contoso.test"])]
        let report = try await bench.verification(bench.transport(), list: list).run()
        #expect(report.verdict == .confined && report.plan.leftOutAsOpen == 1)
        await #expect(throws: VerificationError.nothingClosed) {
            try await bench.verification(
                bench.transport(), list: [ClosedMailbox(addresses: ["REPORTS@contoso.test"])]
            ).run()
        }
    }

    @Test func aRowWithAnOpenMailboxesAddressAndAnotherIDIsRefused() async throws {
        let bench = Bench()
        bench.restrict(to: [bench.open.objectID])
        var row = bench.list[0]
        row.addresses.append(bench.open.userPrincipalName)
        let error = await #expect(throws: VerificationError.self) {
            try await bench.verification(bench.transport(), list: bench.list + [row]).run()
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("bears a name of the open mailbox"))
    }

    @Test(arguments: [[0], [0, 2], [0, 1, 2], [1, 0]])
    func aListThatChangesUnderWayGivesNoVerdict(later: [Int]) async throws {
        var bench = Bench(closed: ["a", "b", "c"])
        bench.restrict(to: [bench.open.objectID])
        bench.plan.rounds = 2
        let first = Array(bench.list.prefix(2))
        let source = ChangingList(first, later: later.map { bench.list[$0] }, from: 3)
        let error = await #expect(throws: VerificationError.self) {
            try await bench.verification(bench.transport(), source: source).run()
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("changed while the run went on"))
    }

    @Test func rolesBeyondMailAreFindingsAndUnprobedOnesForbidTheVerdict() async throws {
        var bench = Bench(roles: ["Mail.Read", "Calendars.Read", "User.Read.All"])
        bench.restrict(to: [bench.open.objectID])
        var report = try await bench.report()
        #expect(report.verdict == .inconclusive)
        #expect(report.roles.map(\.role) == ["Calendars.Read", "User.Read.All"])
        #expect(report.roles.map(\.bearing) == [.unprobed, .elsewhere])
        bench.plan.doors += ProbeDoor.otherData
        report = try await bench.report()
        #expect(report.verdict == .confined, "\(report.toConclude)")
        #expect(report.roles[0].bearing == .probed)
    }

    @Test func aCalendarThatIsOpenIsABreachOfItsOwn() async throws {
        var bench = Bench(roles: ["Mail.Read", "Calendars.ReadBasic.All"])
        bench.restrict(to: [bench.open.objectID])
        bench.plan.doors += ProbeDoor.otherData
        let report = try await bench.report()
        #expect(report.verdict == .breach)
        #expect(Set(report.mailboxes[0].breaches.map(\.door)) == [.events, .calendars])
    }

    @Test func rolesOnExchangeItselfAreFindings() async throws {
        var bench = Bench()
        bench.app.grants.insert(AppGrant("full_access_as_app", on: .exchange))
        bench.tenant.directory.add(bench.app)
        bench.restrict(to: [bench.open.objectID])
        let report = try await bench.report()
        #expect(report.verdict == .inconclusive)
        #expect(report.roles.map(\.role) == ["full_access_as_app"])
    }

    @Test func aReportSurvivesItsOwnJSON() async throws {
        let bench = Bench(closed: ["boss", "legal"])
        let report = try await bench.report()
        let json = try report.json()
        let again = try VerificationReport(json: json)
        #expect(try again.json() == json)
        #expect(again.mailboxes.count == 2)
        #expect(!String(decoding: json, as: UTF8.self).contains("eyJ"))
    }
}

/// Exchange would not do it; a verdict must see it all the same.
private struct AliasTransport: HTTPTransport {
    let base: TenantTransport
    let alias: String

    init(_ base: TenantTransport, alias: String) {
        self.base = base
        self.alias = alias
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await base.send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        var request = request
        request.url = request.url.replacing("/\(alias)/", with: "/reports@contoso.test/")
        return try await base.open(request)
    }
}

/// Another list from a certain reading on.
private final class ChangingList: ClosedMailboxSource {
    let name = "list"
    private let first: [ClosedMailbox]
    private let later: [ClosedMailbox]
    private let from: Int
    private let readings = Mutex(0)

    init(_ first: [ClosedMailbox], later: [ClosedMailbox], from: Int) {
        (self.first, self.later, self.from) = (first, later, from)
    }

    func open() async throws(ClosedListError) -> any ClosedMailboxReader {
        let reading = readings.withLock { readings in
            readings += 1
            return readings
        }
        return try await ClosedMailboxArray(name: name, reading < from ? first : later).open()
    }
}
