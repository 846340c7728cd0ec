import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing
import Verification

/// `verify-scope` as built while the tenant changes under it, over TLS.
@Suite struct VerifyLiveTests {
    let place: TenantPlace

    init() throws { place = try TenantPlace() }

    private func report(_ run: ProgramRun) throws -> VerificationReport {
        try VerificationReport(json: Array(run.output.utf8))
    }

    @Test func frontEndsThatDisagreeAreABreachUntilAllHaveLearned() async throws {
        place.tenant.switches.change {
            $0.policyDelay = 36_000
            $0.frontEnds = 2
            // Only the tenant's clock moves.
            $0.entraClockSkew = 1_000_000
        }
        place.confine()
        place.tenant.clock.advance(by: .seconds(20_000))
        var run = try await place.run(
            "verify-scope", "--closed", "finance@contoso.test", "--rounds", "3", "--every", "1s", "--json")
        #expect(run.exitCode == 3, "\(run.errors)")
        let found = try report(run)
        #expect(found.probeCounts.readable > 0 && found.probeCounts.denied > 0)
        #expect(found.rounds.count == 3)
        place.tenant.clock.advance(by: .seconds(20_000))
        run = try await place.run(
            "verify-scope", "--closed", "finance@contoso.test", "--rounds", "2", "--every", "1s", "--json")
        #expect(run.exitCode == 0, "\(run.errors)")
    }

    @Test func aWaitEndsConfinedOnceThePolicyHasArrived() async throws {
        let started = try ProgramRun.Started([
            "verify-scope", "--config", place.place.config, "--closed", "finance@contoso.test", "--wait",
            "90s",
            "--every", "1s", "--json",
        ])
        while started.isRunning, !started.errors.contains("breach so far") {
            try await Task.sleep(for: .milliseconds(20))
        }
        place.tenant.switches.change { $0.policyDelay = 1 }
        place.confine()
        let run = try await started.end()
        #expect(run.exitCode == 0, "\(run.errors)")
        let found = try report(run)
        #expect(found.verdict == .confined && found.rounds.first?.mailboxes.breach == 1)
        // After an attempt that failed two rounds must agree.
        let attempts = found.rounds.map(\.attempt)
        #expect(attempts.count > 2 && attempts.first == 1)
        #expect(attempts.suffix(2).first == attempts.last)
    }

    @Test func aTokenThatIsRefusedForAWhileCostsNothingButTime() async throws {
        place.confine()
        // A token is taken for ended once Graph has refused it twice for one request.
        let rule = place.tenant.faults.add(
            FaultRule(.expiredToken, path: "/v1.0/users/finance*", count: 4))
        let run = try await place.run(
            "verify-scope", "--closed", "finance@contoso.test", "--lanes", "1", "--json")
        #expect(run.exitCode == 0, "\(run.errors)")
        let found = try report(run)
        #expect(place.tenant.faults.hits(rule) == 4)
        #expect(found.probeCounts.voided > 0)
        #expect(found.probeCounts.denied == 8 && found.probeCounts.total == 8)
    }

    @Test func tokensThatEndUnderWayNeverMakeAFalseVerdict() async throws {
        place.confine()
        place.tenant.switches.change { $0.tokenLifetime = 4 }
        _ = place.tenant.faults.add(
            FaultRule(.latency(fixed: .milliseconds(60)), path: "/v1.0/users/*"))
        for number in 10..<22 {
            place.tenant.directory.add(
                SimulatedMailbox(
                    objectID: "22222222-0000-4000-8000-0000000000\(number)",
                    userPrincipalName: "u\(number)@contoso.test"))
        }
        let list = try place.place.folder.write(
            "list", (10..<22).map { "u\($0)@contoso.test" }.joined(separator: "\n"))
        let run = try await place.run(
            "verify-scope", "--closed-from", list, "--lanes", "1", "--control-every", "8", "--json")
        let found = try report(run)
        #expect(found.tokens.count > 1 && found.probeCounts.readable == 0)
        // On a machine so slow that a mailbox outlasts its token it says so.
        #expect(run.exitCode == 0 || run.exitCode == 5, "\(run.errors)")
        #expect(run.exitCode == 0 || found.probeCounts.inconclusive > 0)
        for mailbox in found.mailboxes where mailbox.state == .closed {
            #expect(Set(mailbox.probes.map(\.token)).count == 1)
        }
    }

    @Test func aTokenThatIsNeverTakenIsInconclusive() async throws {
        place.confine()
        _ = place.tenant.faults.add(FaultRule(.expiredToken, path: "/v1.0/users/finance*"))
        let run = try await place.run("verify-scope", "--closed", "finance@contoso.test", "--json")
        #expect(run.exitCode == 5, "\(run.errors)")
        let doubts = try report(run).mailboxes.flatMap(\.probes).map(\.doubt)
        #expect(doubts.count == 8 && doubts.allSatisfy { $0 == .tokenRefused })
    }

    @Test func endlessThrottlingEndsInconclusiveBeforeAnyClosedMailboxIsAskedFor() async throws {
        place.confine()
        _ = place.tenant.faults.add(FaultRule(.status(429, retryAfter: .seconds(1)), path: "/v1.0/*"))
        let run = try await place.run(
            "verify-scope", "--closed", "finance@contoso.test", "--patience", "3s", "--rounds", "2",
            "--every",
            "1s", "--json-lines")
        #expect(run.exitCode == 5, "\(run.errors)")
        #expect(!run.output.contains(#""event":"probe""#) && run.output.contains("--patience"))
    }

    @Test func aForgedJournalIsRefusedWithItsLine() async throws {
        let journal = place.place.folder("journal")
        // The lines of a run that ended are a journal's, but for its end.
        place.tenant.faults.add(FaultRule(.status(503), path: "/v1.0/users/FINANCE*"))
        let words = [
            "verify-scope", "--config", place.place.config, "--closed", "finance@contoso.test", "--closed",
            "22222222-0000-4000-8000-000000000001", "--patience", "1s", "--resume", journal,
        ]
        _ = try await ProgramRun(words)
        let lines = try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
        #expect(lines.count >= 2 && lines[0].hasPrefix(#"{"seal":""#))
        try place.place.folder.write(
            "journal", lines.dropLast().joined(separator: "\n") + "\n" + lines[0] + "\n")
        let run = try await ProgramRun(words)
        #expect(run.exitCode == 1)
        #expect(run.errors.contains("\(journal):\(lines.count): the seal does not fit"), "\(run.errors)")
        #expect(run.errors.contains("hint: remove the file"))
    }
}
