import FoundationEssentials
import Glibc
import Synchronization
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// What networks and services do on bad days, to a daemon that must live through it.
@Suite(.timeLimit(.minutes(20))) struct BadNetworkTests {
    static let patience = "timeouts: {connect: 5s, stall: 1s, whole: 10s}"

    /// Well below what it would take to wait for what is under way; it takes a part of a second where nobody else needs
    /// the processor.
    static let stopLimit: Duration = .seconds(15)

    @Test func deliversEachMessageOnceThroughEveryFault() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s\n" + Self.patience)
        tenant.fill(60)
        let ids = tenant.heldIDs
        let faults = tenant.tenant.faults
        // Each on messages of its own, for one that fails three times in a row waits for minutes.
        let faulty: [(Fault, String, Int)] = [
            (.status(429, retryAfter: .seconds(1)), "*messages?*", 1),
            (.status(503, body: .html), "*messages?*", 1),
            (.drop(), "*messages?*", 1),
            (.cut(after: 50), "*messages?*", 1),
            (.stall(after: 50, for: .seconds(30)), "*messages?*", 1),
            (.garbage, "*messages?*", 1),
            (.status(429, retryAfter: .seconds(1)), value(ids[3]), 2),
            (.status(429, body: .text, retryAfter: .date(seconds: 2)), value(ids[8]), 2),
            (.status(503, body: .html, retryAfter: .seconds(1)), value(ids[13]), 2),
            (.status(503, body: .html), value(ids[18]), 2),
            (.status(502, body: .empty), value(ids[21]), 1),
            (.status(504, body: .json), value(ids[24]), 1),
            (.drop(byReset: true), value(ids[28]), 2),
            (.drop(), value(ids[30]), 2),
            (.garbage, value(ids[32]), 1),
            (.cut(after: 700), value(ids[34]), 2),
            (.cut(after: 700, byReset: true), value(ids[36]), 1),
            (.stall(after: 700, for: .seconds(30)), value(ids[38]), 1),
            (.trickle(bytes: 200, every: .milliseconds(5)), value(ids[40]), 1),
            (.expiredToken, value(ids[42]), 1),
            (.expiredToken, value(ids[50]), 1),
            (.status(503), "*/oauth2/*", 2),
        ]
        let rules = faulty.map { fault, path, count in
            faults.add(FaultRule(fault, path: path, count: count))
        }
        let daemon = try ProgramRun.Started(
            words: ["run", "--log-level", "debug", "--config", tenant.place.config])
        try await daemon.untilItSays("notice ready")
        #expect(daemon.isRunning)
        for (rule, (fault, path, count)) in zip(rules, faulty) {
            #expect(faults.hits(rule) == count, "\(fault) on \(path)")
        }
        try tenant.expectMaildirHoldsTheMailbox()

        // A whole outage, in the midst of the next look; then new mail.
        faults.clear()
        faults.add(FaultRule(.drop(), path: "/v1.0/*"))
        let now = Int(Date().timeIntervalSince1970)
        tenant.add(5, seed: 77, received: now)
        try await until { faults.hits(rules.count + 1) ?? 0 >= 2 }
        #expect(daemon.isRunning)
        faults.clear()
        #expect(try await until { tenant.newCount == 65 }, "\(daemon.errors.suffix(2_000))")
        daemon.send(SIGTERM)
        let end = try await daemon.end()
        #expect(end.exitCode == 0, "\(end.errors)")
        try tenant.expectMaildirHoldsTheMailbox()
        tenant.expectOnlyItsMessagesWereAskedFor()
    }

    private func value(_ id: String) -> String {
        "*\(id.prefix { $0 != "=" })*value*"
    }

    @Test func stopsWithinSecondsWhileALargeMessageIsUnderWay() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        let now = Int(Date().timeIntervalSince1970)
        tenant.tenant.mail.addGenerated(
            size: 50_000_000, of: TenantPlace.mailbox, received: UTCTime(seconds: now))
        tenant.tenant.faults.add(
            FaultRule(.trickle(bytes: 10_000, every: .milliseconds(10)), path: "*value*"))
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        let spool = tenant.place.folder("state/spool")
        #expect(try await until { try !tenant.names(in: spool).isEmpty })
        let (end, duration) = try await daemon.stop()
        #expect(duration < Self.stopLimit)
        print("stopped in \(duration) while 50 MB were under way")
        #expect(end.exitCode == 0, "\(end.errors)")
        #expect(end.errors.contains("notice stopping"))
        #expect(try tenant.names(in: spool) == [])
        #expect(tenant.newCount == 0)
        tenant.tenant.faults.clear()
        #expect(try await tenant.run("fetch").exitCode == 0)
        try tenant.expectMaildirHoldsTheMailbox()
    }

    @Test func stopsWithinSecondsWhereTheServerIsSilent() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        tenant.fill(2)
        tenant.tenant.faults.add(FaultRule(.latency(fixed: .seconds(50)), path: "/v1.0/*"))
        let daemon = try ProgramRun.Started(
            words: ["run", "--log-level", "trace", "--config", tenant.place.config])
        // The token came; the mailbox is being asked for.
        try await daemon.untilItSays("oauth2")
        let (end, duration) = try await daemon.stop()
        #expect(end.exitCode == 0 && duration < Self.stopLimit, "\(end.errors)")
    }

    /// Where a page's link leads instead of the next page: `HOST` and `TENANT` are another server, and the tenant itself.
    static let hostile = [
        "https://HOST/v1.0/users/reports@contoso.test/messages?$skip=10",
        "TENANT/v1.0/users/finance@contoso.test/messages?$skip=10",
        "TENANT/v1.0/users('finance@contoso.test')/messages?$skip=10",
        "TENANT/v1.0/users/22222222-0000-4000-8000-000000000001/messages?$skip=10",
        "TENANT/v1.0/users/reports@contoso.test/../finance@contoso.test/messages",
        "TENANT/v1.0/users/reports@contoso.test/messages/%2e%2e/%2e%2e/finance@contoso.test/messages",
        "TENANT/v1.0/users/reports@contoso.test/contacts",
        "TENANT/v1.0/users?$top=999",
        "TENANT/beta/users/reports@contoso.test/messages?$skip=10",
    ]

    @Test(arguments: hostile)
    func refusesHostileLinks(template: String) async throws {
        let strangers = Mutex(0)
        let answer = { @Sendable (_: ServerRequest) in
            strangers.withLock { $0 += 1 }
            return ServerResponse(status: 200)
        }
        try await withServer(answer: answer) { stranger in
            let tenant = try TenantPlace(content: "json", sinks: "json-lines: {path: out.jsonl}")
            // All of one second: there the walk cannot do without the link.
            tenant.add(150, seed: 3, received: Int(Date().timeIntervalSince1970) - 3_600)
            // The stranger could be talked to.
            try tenant.place.folder.write("ca.pem", tenant.tenant.caPEM + TestAuthority.shared.get().caPEM)
            let link = template.replacing("HOST", with: stranger.root.dropFirst(8))
                .replacing("TENANT", with: tenant.baseURL)
            tenant.tenant.faults.add(FaultRule(.link(link), path: "/v1.0/*"))
            let run = try await tenant.run("fetch", "--log-level", "error")
            #expect(run.exitCode == 1)
            #expect(run.errors.contains("nothing was sent there"), "\(run.errors)")
            #expect(strangers.withLock { $0 } == 0 && stranger.server.openConnections == 0)
            tenant.expectOnlyItsMessagesWereAskedFor()
            // With the true links again, all of it comes, once.
            tenant.tenant.faults.clear()
            #expect(try await tenant.run("fetch").exitCode == 0)
            try await tenant.expectLinesHoldTheMailbox()
        }
    }

    @Test func goesOnWhereTheTokenCannotBeRenewed() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        // The fetching takes longer; so does the wait for the next look.
        tenant.tenant.switches.change { $0.tokenLifetime = 4 }
        tenant.fill(100)
        tenant.tenant.faults.add(FaultRule(.latency(fixed: .milliseconds(200)), path: "*value*"))
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        try await daemon.untilItSays("notice ready")
        #expect(tenant.tenant.log.entries(path: "*/oauth2/*", status: 200).count >= 2)

        let away = tenant.tenant.faults.add(
            FaultRule(.status(503, body: .html), path: "*/oauth2/*", count: 3))
        #expect(try await until { tenant.tenant.faults.hits(away) == 3 })
        // A token that is good and refused all the same.
        let refused = tenant.tenant.faults.add(FaultRule(.expiredToken, path: "/v1.0/*", count: 2))
        #expect(try await until { tenant.tenant.faults.hits(refused) == 2 })
        tenant.tenant.faults.clear()
        tenant.add(1, seed: 5, received: Int(Date().timeIntervalSince1970))
        #expect(try await until { tenant.newCount == 101 })
        #expect(daemon.isRunning)
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        try tenant.expectMaildirHoldsTheMailbox()
    }
}
