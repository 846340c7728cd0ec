import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

@Suite(.timeLimit(.minutes(20))) struct NotificationTests {
    @Test func tellsSystemdHowItIs() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        tenant.fill(3)
        let outage = tenant.tenant.faults.add(FaultRule(.status(503), path: "/v1.0/*", count: 2))
        let path = tenant.place.folder("notify")
        let systemd = try NotificationSocket(path: path)
        let daemon = try ProgramRun.Started(
            ["run", "--config", tenant.place.config],
            environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"])

        // Alive, though not ready, while the service is away.
        try await until {
            systemd.lines.contains("WATCHDOG=1") && tenant.tenant.faults.hits(outage) ?? 0 > 0
        }
        #expect(!systemd.lines.contains("READY=1"))
        #expect(systemd.lines.contains("STATUS=first look at reports@contoso.test"))

        #expect(try await until { systemd.lines.contains("READY=1") }, "\(daemon.errors)")
        let ready = try #require(systemd.told.first { $0.contains("READY=1") })
        #expect(ready.contains(/^READY=1\nSTATUS=last look 20[-0-9T:]+Z, 3 messages delivered$/))
        try tenant.expectMaildirHoldsTheMailbox()
        let pings = systemd.lines.filter { $0 == "WATCHDOG=1" }.count
        #expect(try await until { systemd.lines.filter { $0 == "WATCHDOG=1" }.count >= pings + 3 })

        // Refused from now on: it says so and goes on.
        tenant.tenant.faults.add(FaultRule(.status(403), path: "/v1.0/*"))
        #expect(
            try await until { systemd.lines.contains { $0.hasPrefix("STATUS=failing, next try in ") } })
        #expect(daemon.isRunning)

        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        // The watchdog is fed to the last.
        let last = systemd.lines.filter { $0 != "WATCHDOG=1" }.suffix(2)
        #expect(last == ["STOPPING=1", "STATUS=stopping"])
        #expect(systemd.lines.filter { $0 == "READY=1" }.count == 1)
    }

    @Test func isNotReadyWhereItWasNeverAccepted() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.grants = [] }
        let path = tenant.place.folder("notify")
        let systemd = try NotificationSocket(path: path)
        let run = try await tenant.run("run", environment: ["NOTIFY_SOCKET": path])
        #expect(run.exitCode == 4)
        #expect(!systemd.lines.contains("READY=1"))
        #expect(systemd.lines.contains { $0.hasPrefix("STATUS=failed: ") }, "\(systemd.lines)")
    }
}
