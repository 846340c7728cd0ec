import FoundationEssentials
import Glibc
import LinuxHost
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// SIGHUP to `mailscope run`.
@Suite(.timeLimit(.minutes(20))) struct ReloadTests {
    private static let taken = "notice read the configuration again"
    private static let refused = "error the configuration was not taken, the old one stays in force"

    private func run(_ tenant: TenantPlace, notifying path: String = "") throws -> ProgramRun.Started {
        try ProgramRun.Started(
            ["run", "--config", tenant.place.config],
            environment: path.isEmpty ? [:] : ["NOTIFY_SOCKET": path])
    }

    private func count(_ text: String, in errors: String) -> Int { errors.ranges(of: text).count }

    /// As many messages as the tenant holds, each once, in all of its Maildirs together.
    private func expectEachOnce(_ tenant: TenantPlace, _ maildirs: String...) throws {
        let ids = try maildirs.flatMap { try tenant.maildir($0).map(\.id) }
        #expect(ids.sorted() == tenant.heldIDs.sorted())
    }

    @Test func takesAChangedFileWithoutLosingOrDoubling() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        tenant.fill(5)
        let path = tenant.place.folder("notify")
        let systemd = try NotificationSocket(path: path)
        let daemon = try run(tenant, notifying: path)
        #expect(try await until { systemd.lines.contains("READY=1") }, "\(daemon.errors)")
        try tenant.edit("path: mail}", "path: elsewhere}")
        daemon.send(SIGHUP)
        try await daemon.untilItSays(Self.taken)
        tenant.add(3, seed: 7, received: Int(Date().timeIntervalSince1970))
        #expect(try await until { try tenant.maildir("elsewhere").count == 3 }, "\(daemon.errors)")
        #expect(try tenant.maildir().count == 5)
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        try expectEachOnce(tenant, "mail", "elsewhere")
        let states = systemd.lines.filter {
            ["READY=1", "RELOADING=1", "STOPPING=1"].contains($0)
        }
        #expect(states == ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"])
        let reloading = try #require(systemd.told.first { $0.hasPrefix("RELOADING=1\n") })
        #expect(reloading.contains(/^RELOADING=1\nMONOTONIC_USEC=[0-9]+\nSTATUS=/))
    }

    /// The file's lock goes from one configuration to the next, and back where the next one fails late.
    @Test func goesOnWithTheSameFileOfLines() async throws {
        let tenant = try TenantPlace(
            content: "json", sinks: "json-lines: {path: lines}", lines: "poll: 5s")
        tenant.fill(5)
        let daemon = try run(tenant)
        try await daemon.untilItSays("notice ready")
        for round in 1...3 {
            try tenant.edit("poll: \(round + 4)s", "poll: \(round + 5)s")
            daemon.send(SIGHUP)
            #expect(
                try await until { count(Self.taken, in: daemon.errors) == round }, "\(daemon.errors)")
        }
        let other = try AnswerListener(
            .loopback(port: 0), path: "/", type: "text/plain", answer: { "" })
        try tenant.edit("poll: 8s", "poll: 8s\nmetrics: {listen: '\(other.address)'}")
        daemon.send(SIGHUP)
        #expect(try await until { count(Self.refused, in: daemon.errors) == 1 }, "\(daemon.errors)")
        tenant.add(3, seed: 7, received: Int(Date().timeIntervalSince1970))
        let ids = {
            try String(contentsOfFile: tenant.place.folder("lines"), encoding: .utf8).split(separator: "\n")
                .compactMap { $0.firstMatch(of: /"id":"([^"]+)"/).map { String($0.output.1) } }
        }
        #expect(try await until { try ids().count == 8 }, "\(daemon.errors)")
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        #expect(try ids().sorted() == tenant.heldIDs.sorted())
    }

    @Test func keepsTheRunningOneWhereTheNewOneCannotBeUsed() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        tenant.fill(2)
        let path = tenant.place.folder("notify")
        let systemd = try NotificationSocket(path: path)
        let daemon = try run(tenant, notifying: path)
        #expect(try await until { systemd.lines.contains("READY=1") }, "\(daemon.errors)")
        let good = try String(contentsOfFile: tenant.place.config, encoding: .utf8)
        let maildir = try tenant.place.folder.write("a-file", "in the way")
        let bad: [(text: String?, reason: String)] = [
            (good + "bogus: 1\n", "there is no key 'bogus' here"),
            (String(good.prefix(40)), "is neither a directory id nor a domain name"),
            (nil, "there is no such file"),
            (good.replacing("state: state", with: "state: other"), "'state' cannot change"),
            (good.replacing("mailbox: reports", with: "mailbox: finance"), "'mailbox' cannot change"),
            (
                good + "mailbox-object-id: 22222222-0000-4000-8000-000000000099\n",
                "'mailbox-object-id' cannot change"
            ),
            (good.replacing("path: mail}", with: "path: a-file}"), maildir),
            (good.replacing("key: key.pem", with: "key: none.pem"), "none.pem"),
        ]
        for (number, change) in bad.enumerated() {
            try? FileManager.default.removeItem(atPath: tenant.place.config)
            if let text = change.text { try tenant.place.folder.write("mailscope.yaml", text) }
            daemon.send(SIGHUP)
            #expect(
                try await until { systemd.lines.filter { $0 == "READY=1" }.count == number + 2 },
                "\(daemon.errors)")
            let line = daemon.errors.split(separator: "\n").last { $0.contains(Self.refused) }
            #expect(line?.contains(change.reason) == true, "\(daemon.errors)")
            #expect(systemd.lines.contains { $0.contains("; the changed configuration was refused: ") })
        }
        // And it works as it did.
        tenant.add(2, seed: 5, received: Int(Date().timeIntervalSince1970))
        #expect(try await until { try tenant.maildir().count == 4 }, "\(daemon.errors)")
        // Mended, it is taken.
        try tenant.place.folder.write("mailscope.yaml", good)
        daemon.send(SIGHUP)
        try await daemon.untilItSays(Self.taken)
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        try expectEachOnce(tenant, "mail")
    }

    @Test func readsTheCertificateAgain() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        let daemon = try run(tenant)
        try await daemon.untilItSays("notice ready")
        // In place, as an owner does who has let the tenant know of it before.
        try tenant.place.writeIdentity(days: 10)
        let pem = Array(try Data(contentsOf: URL(filePath: tenant.place.folder("certificate.pem"))))
        let certificate = try #require(
            RegisteredCertificate(reading: pem, keyID: "11111111-0000-4000-8000-000000000009"))
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.certificates = [certificate] }
        daemon.send(SIGHUP)
        try await daemon.untilItSays(Self.taken)
        tenant.add(1, seed: 5, received: Int(Date().timeIntervalSince1970))
        #expect(try await until { try tenant.maildir().count == 1 }, "\(daemon.errors)")
        daemon.send(SIGTERM)
        let run = try await daemon.end()
        #expect(run.exitCode == 0)
        #expect(!run.errors.contains("collecting failed"), "\(run.errors)")
    }

    @Test func letsACommandFinishAndAsksItForEachMessageOnce() async throws {
        let tenant = try TenantPlace(
            sinks:
                "command: {run: [/bin/sh, -c, \"cat >/dev/null; sleep 0.1; echo $MAILSCOPE_ID >>$0\", OUT]}")
        let output = tenant.place.folder("given")
        try tenant.edit("OUT", output)
        tenant.fill(40)
        let daemon = try run(tenant)
        // In the middle of the first pass, again and again.
        for step in 1...4 {
            #expect(
                try await until {
                    let given = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
                    return given.split(separator: "\n").count >= step * 3
                }, "\(daemon.errors)")
            daemon.send(SIGHUP)
            #expect(try await until { count(Self.taken, in: daemon.errors) >= step }, "\(daemon.errors)")
        }
        try await daemon.untilItSays("notice ready")
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        let given = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(
            String.init)
        #expect(given.sorted() == tenant.heldIDs.sorted())
    }

    @Test func tellsOfTheEndOfTroubleThatBeganBefore() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        let daemon = try run(tenant)
        try await daemon.untilItSays("notice ready")
        let refusal = tenant.tenant.faults.add(FaultRule(.status(403), path: "/v1.0/*"))
        try await daemon.untilItSays("error collecting failed")
        // Mended in the configuration, or elsewhere: at once, not at the next try.
        tenant.tenant.faults.clear(refusal)
        daemon.send(SIGHUP)
        try await daemon.untilItSays(Self.taken)
        try await daemon.untilItSays("notice collecting works again tries=1 ")
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
    }

    @Test func waitsForNoServiceThatIsAway() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        let daemon = try run(tenant)
        try await daemon.untilItSays("notice ready")
        let asked = tenant.tenant.log.entries.count
        // Longer than anybody's patience here.
        let stall = tenant.tenant.faults.add(FaultRule(.latency(fixed: .seconds(3_600)), path: "/v1.0/*"))
        #expect(try await until { tenant.tenant.faults.hits(stall) ?? 0 > 0 })
        tenant.tenant.faults.clear(stall)
        let began = ContinuousClock.now
        daemon.send(SIGHUP)
        try await daemon.untilItSays(Self.taken)
        #expect(ContinuousClock.now - began < .seconds(50), "less than sinks would be given")
        tenant.add(1, seed: 5, received: Int(Date().timeIntervalSince1970))
        #expect(try await until { try tenant.maildir().count == 1 }, "\(daemon.errors)")
        #expect(tenant.tenant.log.entries.count > asked)
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
    }

    @Test func bearsAStormOfSignals() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        tenant.fill(200)
        let daemon = try run(tenant)
        try await daemon.untilItSays("notice started")
        let good = try String(contentsOfFile: tenant.place.config, encoding: .utf8)
        for number in 0..<100 {
            // Half of them come upon a file that is half written.
            try tenant.place.folder.write(
                "mailscope.yaml", number % 2 == 0 ? good : String(good.prefix(good.count / 2)))
            daemon.send(SIGHUP)
            try await Task.sleep(for: .milliseconds(10))
        }
        try tenant.place.folder.write("mailscope.yaml", good)
        daemon.send(SIGHUP)
        #expect(try await until { try tenant.maildir().count == 200 }, "\(daemon.errors.suffix(2_000))")
        try await daemon.untilItSays("notice ready")
        // Also while it stops.
        daemon.send(SIGTERM)
        for _ in 0..<20 { daemon.send(SIGHUP) }
        #expect(try await daemon.end().exitCode == 0)
        try tenant.expectMaildirHoldsTheMailbox()
    }

    @Test func neverTellsACommandOfSystemdsSocket() async throws {
        let tenant = try TenantPlace(sinks: "command: {run: [/bin/sh, -c, \"env >>$0\", OUT]}")
        let output = tenant.place.folder("environment")
        try tenant.edit("OUT", output)
        tenant.fill(1)
        let path = tenant.place.folder("notify")
        let systemd = try NotificationSocket(path: path)
        let daemon = try ProgramRun.Started(
            ["run", "--config", tenant.place.config],
            environment: [
                "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "60000000", "CREDENTIALS_DIRECTORY": "/nowhere",
                "JOURNAL_STREAM": "1:1", "OURS": "kept",
            ])
        #expect(try await until { systemd.lines.contains("READY=1") }, "\(daemon.errors)")
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
        let environment = try String(contentsOfFile: output, encoding: .utf8)
        #expect(environment.contains("\nOURS=kept\n") || environment.hasPrefix("OURS=kept\n"))
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "CREDENTIALS_DIRECTORY", "JOURNAL_STREAM"] {
            #expect(!environment.contains(name + "="))
        }
    }
}
