import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// A certificate is replaced while the daemon runs.
@Suite(.timeLimit(.minutes(20))) struct RenewalTests {
    private static func place(lines: String = "poll: 5s") throws -> TenantPlace {
        let tenant = try TenantPlace(lines: lines)
        tenant.tenant.switches.change { $0.tokenLifetime = 10 }
        try tenant.place.writeIdentity("next-key.pem", certificate: "next.pem", days: 300)
        try tenant.edit(
            "file: certificate.pem}", "file: certificate.pem, next: {key: next-key.pem, file: next.pem}}")
        return tenant
    }

    /// The tenant takes the next certificate from `visible` on, its first servers `spreading` seconds before.
    private func upload(_ tenant: TenantPlace, visible: Date = .distantPast, spreading: TimeInterval = 0)
        throws
    {
        let pem = try contents(tenant.place.folder("next.pem"))
        var certificate = try #require(
            RegisteredCertificate(
                reading: pem, visible: visible, keyID: "11111111-0000-4000-8000-000000000004"))
        certificate.spreading = spreading
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.certificates.append(certificate) }
    }

    private func removeTheOldOne(_ tenant: TenantPlace) {
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.certificates.removeFirst() }
    }

    private func tokenRequests(_ tenant: TenantPlace) -> [LoggedRequest] {
        tenant.tenant.log.entries.filter { $0.target.hasSuffix("/oauth2/v2.0/token") }
    }

    @Test func missesNoPollWhileTheCertificateIsReplaced() async throws {
        let tenant = try Self.place()
        tenant.fill(3)
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        try await daemon.untilItSays("notice ready")
        try await daemon.untilItSays("the directory does not take the next certificate yet")
        // Some servers of the directory know it before others do.
        tenant.tenant.switches.change { $0.frontEnds = 3 }
        try upload(tenant, visible: Date() + 9, spreading: 9)
        try await daemon.untilItSays("the directory takes the next certificate; leave")
        // What an owner does: waits until all of them know it.
        for _ in 0..<1_200 {
            let tokens = tokenRequests(tenant)
            if tokens.suffix(3).count == 3, tokens.suffix(3).allSatisfy({ $0.status == 200 }) { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        removeTheOldOne(tenant)
        let before = tokenRequests(tenant).count
        let now = UTCTime(seconds: Int(Date().timeIntervalSince1970))
        tenant.tenant.mail.fill(TenantPlace.mailbox, count: 1, seed: 9, last: now)
        for _ in 0..<1_200
        where try tenant.delivered() != tenant.held() || tokenRequests(tenant).count < before + 2 {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try tenant.delivered() == tenant.held())
        let status = try await tenant.run("status", "--json")
        #expect(status.exitCode == 0, "\(status.errors)")
        #expect(status.output.contains(#""standing" : "accepted""#), "\(status.output)")
        daemon.send(SIGTERM)
        let end = try await daemon.end()
        #expect(end.exitCode == 0)
        #expect(!end.errors.contains(" error "), "\(end.errors)")
        #expect(!end.errors.contains("collecting failed"), "\(end.errors)")
        let told = end.errors.split(separator: "\n").filter {
            $0.contains("does not take the next certificate yet")
        }
        #expect(told.count == 1, "\(told)")
        let later = tokenRequests(tenant).filter { $0.number > before }.suffix(2)
        #expect(later.allSatisfy { $0.status == 200 })
        #expect(
            tenant.tenant.log.entries.filter { $0.target.hasPrefix("/v1.0/") }.allSatisfy {
                $0.status == 200
            })
    }

    @Test func givesUpNoPairThatWorksForABrokenOne() async throws {
        let tenant = try Self.place()
        try upload(tenant)
        removeTheOldOne(tenant)
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        try await daemon.untilItSays("notice ready")
        try tenant.edit("key: next-key.pem", "key: certificate.pem")
        daemon.send(SIGHUP)
        try await daemon.untilItSays("the configuration was not taken, the old one stays in force")
        let before = tokenRequests(tenant).count
        for _ in 0..<1_200 where tokenRequests(tenant).count < before + 2 {
            try await Task.sleep(for: .milliseconds(100))
        }
        daemon.send(SIGTERM)
        let end = try await daemon.end()
        #expect(end.exitCode == 0)
        #expect(!end.errors.contains("collecting failed"), "\(end.errors)")
        let later = tokenRequests(tenant)
        #expect(later.count >= before + 2 && later.allSatisfy { $0.status == 200 })
    }

    @Test func leavesANextOneAloneThatHasExpired() async throws {
        let tenant = try Self.place(lines: "")
        try tenant.place.writeIdentity(
            "next-key.pem", certificate: "next.pem", notBefore: Date() - 5 * 86_400, days: 4)
        let run = try await tenant.run("token")
        #expect(run.exitCode == 0)
        #expect(run.errors.contains("the next certificate cannot be used, the current one goes on: "))
        #expect(run.errors.contains(" expired at "))
        #expect(tokenRequests(tenant).map(\.status) == [200])
    }

    @Test func goesOnWithTheCurrentOneWhereTheNextIsBroken() async throws {
        let tenant = try Self.place(lines: "")
        tenant.fill(2)
        try tenant.place.folder.write("next-key.pem", "no key")
        let run = try await tenant.run("fetch")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("the next certificate cannot be used, the current one goes on: "))
        #expect(try tenant.delivered() == tenant.held())
        let check = try await tenant.run("config", "check")
        #expect(check.exitCode == 0)
        #expect(check.errors.contains("mailscope: warning: the next certificate cannot be used"))
    }

    @Test(arguments: ["other-key.pem", "certificate.pem"])
    func goesOnWhereTheNextPairDoesNotFit(key: String) async throws {
        let tenant = try Self.place(lines: "")
        try tenant.place.writeIdentity("other-key.pem", certificate: "other.pem", days: 300)
        try tenant.edit("key: next-key.pem", "key: \(key)")
        let run = try await tenant.run("token")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("the next certificate cannot be used, the current one goes on: "))
        #expect(tokenRequests(tenant).count == 1)
    }

    @Test func usesTheNextOneAloneWhereTheCurrentHasExpired() async throws {
        let tenant = try Self.place(lines: "")
        try tenant.place.writeIdentity(notBefore: Date() - 5 * 86_400, days: 4)
        try upload(tenant)
        let run = try await tenant.run("token")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("the current certificate cannot be used, the next one stands in: "))
        #expect(tokenRequests(tenant).map(\.status) == [200])
    }

    @Test func waitsForANextOneWhoseTimeHasNotCome() async throws {
        let tenant = try Self.place(lines: "")
        try tenant.place.writeIdentity("next-key.pem", certificate: "next.pem", notBefore: Date() + 86_400)
        let run = try await tenant.run("token")
        #expect(run.exitCode == 0 && run.errors == "", "\(run.errors)")
        #expect(tokenRequests(tenant).map(\.status) == [200])
    }

    @Test func saysWhereTheRenewalIsDoneAlready() async throws {
        let tenant = try Self.place(lines: "")
        try tenant.edit("key: next-key.pem, file: next.pem", "key: key.pem, file: certificate.pem")
        let run = try await tenant.run("token")
        #expect(run.exitCode == 0)
        #expect(run.errors.contains("'certificate.next' is the certificate that is in use"))
    }
}
