import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

@Suite(.timeLimit(.minutes(20))) struct RunTests {
    @Test func collectsUntilASignalAsksItToStop() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        tenant.fill(10)
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        try await daemon.untilItSays("notice ready")
        #expect(try tenant.delivered() == tenant.held())
        let status = try await tenant.run("status")
        #expect(status.exitCode == 0, "works beside the daemon")
        let second = try await tenant.transcript("fetch")
        #expect(
            second.hasPrefix(
                "mailscope: error: DIR/state is in use by mailscope, process PID, since MOMENT\n"))
        #expect(second.hasSuffix("exit 1\n"))
        daemon.send(SIGTERM)
        let end = try await daemon.end()
        #expect(end.exitCode == 0, "\(end.errors)")
        #expect(end.errors.contains("notice stopping"))
    }

    @Test func tellsSystemdHowItIs() async throws {
        let tenant = try TenantPlace()
        tenant.fill(4)
        let systemd = try NotifySocket(path: tenant.place.folder("notify"))
        let daemon = try ProgramRun.Started(
            program: "mailscope", ["run", "--config", tenant.place.config],
            environment: ["NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "200000"])
        // Read all the while: the kernel keeps about ten datagrams.
        var told: [String] = []
        for _ in 0..<1_200 where !told.contains(where: { $0.hasPrefix("READY=1") }) {
            told += systemd.received()
            try await Task.sleep(for: .milliseconds(50))
        }
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        told += systemd.received()
        #expect(told.contains("STATUS=first look at reports@contoso.test"))
        let ready = told.filter {
            $0.hasPrefix("READY=1\nSTATUS=last look ") && $0.hasSuffix(", 4 messages delivered")
        }
        #expect(ready.count == 1, "\(told)")
        #expect(told.contains("WATCHDOG=1"))
        #expect(told.last { $0 != "WATCHDOG=1" } == "STOPPING=1\nSTATUS=stopping")
    }

    @Test func endsWhereTheTenantHasNeverAcceptedIt() async throws {
        let tenant = try TenantPlace()
        try tenant.place.writeIdentity()
        let text = try await tenant.transcript("run", "--log-level", "error")
        #expect(text.hasSuffix("\nexit 4\n"), "\(text)")
        #expect(text.hasPrefix("mailscope: error: the tenant gave no token"), "and does not log it besides")
    }

    @Test func tellsTheJournalHowGraveItsEndIs() async throws {
        let place = try Workplace("tenant: contoso.com\n")
        // What systemd does: the variable names the very stream that standard error is.
        let script = "JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec \"$0\" run --config \"$1\""
        let program = ProgramRun.folder + "/mailscope"
        let run = try await ProgramRun(program: "/bin/sh", ["-c", script, program, place.config])
        #expect(run.exitCode == 2)
        #expect(run.errors.hasPrefix("<3>mailscope: error: "), "\(run.errors)")
        #expect(run.errors.contains("\n<5>mailscope: hint: "))
        #expect(try await place.run("run").errors.hasPrefix("mailscope: error: "), "and nobody else")
    }

    @Test func waitsOutAnOutageAtTheStart() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.faults.add(FaultRule(.status(503), path: "*/oauth2/*"))
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        try await daemon.untilItSays("collecting failed")
        daemon.send(SIGINT)
        let end = try await daemon.end()
        #expect(end.exitCode == 0)
        let told = end.errors.split(separator: "\n").filter {
            $0.contains(" warning ") || $0.contains(" error ")
        }
        #expect(told.count == 1, "\(told)")
    }
}

extension ProgramRun.Started {
    convenience init(words: [String]) throws { try self.init(program: "mailscope", words) }

    /// Returns once standard error holds `text`; gives up after a minute.
    func untilItSays(_ text: String) async throws {
        for _ in 0..<1_200 {
            if errors.contains(text) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        send(SIGKILL)
        throw Silence(wanted: text, said: errors)
    }

    struct Silence: Error {
        let wanted: String
        let said: String
    }
}
