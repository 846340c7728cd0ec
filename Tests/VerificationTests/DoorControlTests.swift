import FoundationEssentials
import MailscopeKit
import Synchronization
import TenantSimulator
import Testing

@testable import Verification

/// `--all-data`: each door of other data needs a control of its own.
@Suite struct DoorControlTests {
    private func bench(roles: [String] = ["Mail.Read"]) -> Bench {
        var bench = Bench(closed: ["boss", "legal"], roles: roles)
        bench.restrict(to: [bench.open.objectID])
        bench.plan.doors += ProbeDoor.otherData
        bench.plan.wantedRoles.formUnion(roles)
        return bench
    }

    private func answers(_ report: VerificationReport, _ door: ProbeDoor) -> Set<ProbeFinding.Answer> {
        Set(report.mailboxes.flatMap(\.probes).filter { $0.door == door }.map(\.answer))
    }

    @Test func whatTheAppHasNoPermissionForIsNotGrantedAndDoesNotHurtTheVerdict() async throws {
        let report = try await bench().report()
        #expect(report.verdict == .confined, "\(report.toConclude)")
        for door in ProbeDoor.mail { #expect(answers(report, door) == [.denied]) }
        for door in ProbeDoor.otherData { #expect(answers(report, door) == [.notGranted]) }
        #expect(report.probeCounts.notGranted == 2 * 5 * 4 && report.probeCounts.denied == 2 * 5 * 4)
        #expect(report.summary.contains("no permission"))
        #expect(
            report.notTested.contains {
                $0.hasPrefix("whether Calendars, Contacts, MailboxSettings would be")
            })
        let doors = report.controls.filter { $0.door != .messages }
        #expect(Set(doors.map(\.door)) == Set(ProbeDoor.otherData) && doors.allSatisfy { !$0.held })
        #expect(report.controlsFailed == 0 && report.controlsHeld >= 2)
    }

    @Test func aDoorWhoseControlHoldsIsDenied() async throws {
        let report = try await bench(roles: ["Mail.Read", "Calendars.Read"]).report()
        #expect(report.verdict == .confined, "\(report.toConclude)")
        #expect(answers(report, .events) == [.denied] && answers(report, .calendars) == [.denied])
        #expect(answers(report, .contacts) == [.notGranted])
    }

    @Test func aRoleOfRBACThatOpensTheOpenMailboxMakesItsDoorCount() async throws {
        let bench = bench()
        bench.assign(
            "Application Calendars.Read", scope: .group(objectID: "99999999-0000-4000-8000-000000000001"))
        var report = try await bench.report()
        #expect(report.verdict == .confined && answers(report, .events) == [.denied])
        bench.assign("Application Calendars.Read")
        report = try await bench.report()
        #expect(report.verdict == .breach && answers(report, .events) == [.readable])
    }

    @Test func aGrantedDoorThatTheOpenMailboxRefusesProvesNothing() async throws {
        let bench = bench(roles: ["Mail.Read", "Calendars.Read"])
        let transport = DoorTransport(bench.transport(), path: "/events?") { _ in 403 }
        let report = try await bench.verification(transport).run()
        #expect(report.verdict == .inconclusive && answers(report, .events) == [.inconclusive])
        #expect(answers(report, .calendars) == [.denied])
        #expect(report.mailboxes.flatMap(\.probes).contains { $0.doubt == .noDoorControl })
        #expect(report.toConclude.contains { $0.contains("no control held for this door") })
        // Asking again would not help.
        #expect(report.probeCounts.voided == 0)
    }

    @Test func aDoorThatGivesNoAnswerForOnceIsAskedAgain() async throws {
        let bench = bench(roles: ["Mail.Read", "Calendars.Read"])
        let transport = DoorTransport(bench.transport(), path: "/events?") { $0 <= 4 ? 502 : nil }
        let report = try await bench.verification(transport).run()
        #expect(report.verdict == .confined, "\(report.toConclude)")
        #expect(report.probeCounts.voided > 0 && answers(report, .events) == [.denied])
    }

    @Test(arguments: [502, 429, 404])
    func aDoorThatGivesNoneAtAllIsInconclusiveAndEnds(status: Int) async throws {
        let bench = bench(roles: ["Mail.Read", "Calendars.Read"])
        let begin = bench.tenant.clock.now
        let transport = DoorTransport(bench.transport(), path: "/events?") { _ in status }
        let report = try await bench.verification(transport).run()
        #expect(report.verdict == .inconclusive && answers(report, .events) == [.inconclusive])
        #expect(answers(report, .messages) == [.denied])
        #expect(bench.tenant.clock.now.timeIntervalSince(begin) < 4_000)
    }
}

/// Answers for the open mailbox by one door as `answer` says, by the number of such requests from 1; nil: as the tenant does.
private final class DoorTransport: HTTPTransport {
    let base: TenantTransport
    let path: String
    let answer: @Sendable (Int) -> Int?
    let count = Mutex(0)

    init(_ base: TenantTransport, path: String, answer: @escaping @Sendable (Int) -> Int?) {
        (self.base, self.path, self.answer) = (base, path, answer)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await base.send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        let isOpen = base.open.contains { request.url.contains("/\($0)/") } && request.url.contains(path)
        guard isOpen,
            let status = answer(
                count.withLock { count in
                    count += 1
                    return count
                })
        else { return try await base.open(request) }
        base.tenant.clock.advance(by: .milliseconds(20))
        let code =
            [403: "ErrorAccessDenied", 404: "ErrorItemNotFound", 429: "ApplicationThrottled"][status] ?? "x"
        return Refusal(
            head: HTTPResponseHead(
                status: status,
                headers: ["content-type": "application/json", "request-id": "r"]),
            body: Array(#"{"error":{"code":"\#(code)","message":"no"}}"#.utf8))
    }

    private final class Refusal: HTTPBodyStream {
        let head: HTTPResponseHead
        private let body: Mutex<[UInt8]?>
        init(head: HTTPResponseHead, body: [UInt8]) {
            self.head = head
            self.body = Mutex(body)
        }
        func next() async throws(TransportError) -> [UInt8]? {
            body.withLock { body in
                defer { body = nil }
                return body
            }
        }
        func close() {}
    }
}
