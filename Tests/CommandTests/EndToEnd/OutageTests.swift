import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

@Suite(.timeLimit(.minutes(20))) struct OutageTests {
    @Test func saysOnceThatTheTenantIsGoneAndOnceThatItIsBack() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        tenant.fill(3)
        let port = try #require(tenant.tenant.port)
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        try await daemon.untilItSays("notice ready")
        let before = daemon.errors
        tenant.tenant.stop()
        // It is told of at the first try that fails after half a minute, and the waits between tries grow by chance.
        #expect(
            try await until(.seconds(420)) { daemon.errors.dropFirst(before.count).contains("\n") },
            "\(daemon.errors)")
        tenant.add(2, seed: 5, received: Int(Date().timeIntervalSince1970))
        try tenant.tenant.start(port: port)
        #expect(try await until(.seconds(420)) { try tenant.maildir().count == 5 }, "\(daemon.errors)")
        #expect(try await until { daemon.errors.dropFirst(before.count).contains("again") })
        daemon.send(SIGTERM)
        let run = try await daemon.end()
        #expect(run.exitCode == 0)
        try tenant.expectMaildirHoldsTheMailbox()
        let told = run.errors.dropFirst(before.count).split(separator: "\n")
        #expect(told.count == 3, "\(told)")
        #expect(told.first?.contains(" warning the service gives no good answer, trying on ") == true)
        #expect(
            told.dropFirst().first?.contains(
                #/ notice the service answers again tries=[0-9]+ after-seconds=[0-9]+$/#) == true)
        #expect(told.last?.hasSuffix(" notice stopping") == true)
    }
}
