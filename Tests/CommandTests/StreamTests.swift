import Glibc
import TenantSimulator
import TestSupport
import Testing

/// Standard streams that are closed, full or left.
@Suite(.timeLimit(.minutes(20))) struct StreamTests {
    /// `mailscope config check` of a good configuration, in a shell with these redirections.
    private func check(_ redirections: String) async throws -> ProgramRun {
        let place = try Workplace()
        let words = ["\(ProgramRun.folder)/mailscope", "config", "check", "--config", place.config]
        let run = try await ProgramRun(
            program: "/bin/sh", ["-c", #""$@" "# + redirections, "sh"] + words)
        return withExtendedLifetime(place) { run }
    }

    @Test func failsWhereItsAnswerFindsNoRoom() async throws {
        let run = try await check(">/dev/full")
        #expect(
            run.transcript().hasPrefix(
                "mailscope: error: cannot write standard output: No space left on device\n"))
        #expect(run.exitCode == 1)
    }

    @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full", "| true"])
    func worksWithStreamsThatAreClosed(redirections: String) async throws {
        #expect(try await check(redirections).exitCode == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func endsInGoodOrderOnASignal(signal: Int32) async throws {
        let tenant = try TenantPlace()
        tenant.fill(400)
        tenant.tenant.faults.add(FaultRule(.latency(fixed: .seconds(1)), path: "*/$value"))
        let fetch = try ProgramRun.Started(words: ["fetch", "--config", tenant.place.config])
        for _ in 0..<1_200 where tenant.tenant.log.entries.count < 6 {
            try await Task.sleep(for: .milliseconds(20))
        }
        fetch.send(signal)
        let end = try await fetch.end()
        #expect(
            end.transcript()
                == "mailscope: error: interrupted; the next pass goes on from here\nexit 130\n")
        tenant.tenant.faults.clear()
        #expect(try await tenant.run("fetch").exitCode == 0)
        #expect(try tenant.delivered() == tenant.held())
    }
}
