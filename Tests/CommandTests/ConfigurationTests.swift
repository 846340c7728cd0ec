import FoundationEssentials
import MailscopeKit
import Testing
import YAMLDocument

@testable import mailscope

@Suite struct ConfigurationTests {
    static let good = """
        tenant: contoso.com
        client-id: 7B6C1C5A-2F0E-4F53-9D0B-3F6A1F6F0D11
        mailbox: reports@contoso.com
        certificate: {key: key.pem}
        content: mime
        start: now
        sinks: {maildir: {path: /var/mail/reports}}

        """

    func read(_ text: String, environment: [String: String] = [:]) throws -> Configuration {
        let top = try YAMLMapping(file: "x.yaml", bytes: Array(text.utf8))
        let surroundings = Surroundings(
            environment: environment, now: Date(timeIntervalSince1970: 1_780_000_000))
        let configuration = Configuration.read(top, file: "/etc/mailscope/x.yaml", in: surroundings)
        try top.finish()
        return try #require(configuration)
    }

    /// What is found, a line a finding and a line its hint.
    func findings(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let findings as YAMLFindings {
            return findings.findings.flatMap { ["\($0)"] + ($0.hint.map { ["  " + $0] } ?? []) }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func fillsInDefaults() throws {
        let configuration = try read(Self.good)
        #expect(configuration.registration.clientID == "7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11")
        #expect(configuration.cloud == .global)
        #expect(configuration.certificate == CertificateFiles(key: "/etc/mailscope/key.pem"))
        #expect(configuration.algorithm == .ps256)
        #expect(configuration.state == "/var/lib/mailscope")
        #expect(configuration.poll == .seconds(30))
        #expect(configuration.reconcile == .seconds(86_400))
        #expect(configuration.limits == GateLimits())
        #expect(configuration.deadlines == HTTPDeadlines())
        #expect(configuration.sinks == [.maildir(path: "/var/mail/reports", syncsFileSystem: false)])
        #expect(configuration.log == LogSettings(level: .notice, format: .auto))
    }

    @Test func takesWhatSystemdProvides() throws {
        let text = Self.good.replacing("key: key.pem", with: "key: credential:key")
        let configuration = try read(
            text,
            environment: ["STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "CREDENTIALS_DIRECTORY": "/run/c"])
        #expect(configuration.certificate.key == "/run/c/key")
        #expect(configuration.state == "/var/lib/a")
    }

    @Test func readsADayAsItsFirstMomentInUTC() throws {
        let text = Self.good.replacing("start: now", with: "since: 2026-01-02")
        #expect(try read(text).start == .since(Date(timeIntervalSince1970: 1_767_312_000)))
        let moment = Self.good.replacing("start: now", with: "since: 2026-01-02T01:00:00Z")
        #expect(try read(moment).start == .since(Date(timeIntervalSince1970: 1_767_315_600)))
    }

    @Test func canDoWithoutReconciling() throws {
        #expect(try read(Self.good + "reconcile: never\n").reconcile == nil)
    }

    @Test func tellsAllThatIsMissing() {
        #expect(
            findings("poll: 30s\n") == [
                "x.yaml:1:1: tenant: is missing",
                "  add a line 'tenant: contoso.com'",
                "x.yaml:1:1: client-id: is missing",
                "  add a line 'client-id: 00000000-0000-0000-0000-000000000000'",
                "x.yaml:1:1: mailbox: is missing",
                "  add a line 'mailbox: reports@contoso.com'",
                "x.yaml:1:1: certificate: is missing",
                "  add the lines 'certificate:' and '  key: /etc/mailscope/key.pem'",
                "x.yaml:1:1: content: is missing",
                "  add a line 'content: mime'",
                "x.yaml:1:1: start: is missing: it says how much of the past is fetched",
                "  add 'start: now' for new mail only, 'start: all' for everything, or 'since: 2026-01-31'",
                "x.yaml:1:1: sinks: is missing: it says where messages go",
                "  add the lines 'sinks:', '  maildir:' and '    path: /var/mail/reports'",
            ])
    }

    @Test(arguments: [
        (
            "tenant: contoso.com", "tenant: common",
            ["x.yaml:1:9: tenant: the tenant \"common\" stands for many directories"]
        ),
        (
            "reports@contoso.com", "reports",
            [
                "x.yaml:3:10: mailbox: cannot be used: it must be one address or one object id (a GUID)",
                "  write it as 'mailbox: reports@contoso.com'",
            ]
        ),
        (
            "content: mime", "content: json",
            [
                "x.yaml:7:18: sinks.maildir: cannot take 'content: json'",
                "  write 'content: mime', or choose another sink",
            ]
        ),
        (
            "start: now", "start: yesterday",
            ["x.yaml:6:8: start: takes now or all, not 'yesterday'", "  write it as 'start: now'"]
        ),
        (
            "start: now", "start: now\nsince: 2026-01-01",
            ["x.yaml:7:8: since: and 'start' cannot both be given", "  remove one of the two"]
        ),
        (
            "start: now", "since: 2062-01-01",
            ["x.yaml:6:8: since: lies in the future", "  write 'start: now' for new mail only"]
        ),
        (
            "start: now", "since: 2026-02-30",
            [
                "x.yaml:6:8: since: takes a day, or a moment in UTC, not '2026-02-30'",
                "  write it as 'since: 2026-01-31'",
            ]
        ),
        (
            "start: now", "start: now\nauthority: https://x.test",
            [
                "x.yaml:7:12: authority: goes with 'cloud: custom' only",
                "  remove it, or write 'cloud: custom'",
            ]
        ),
        (
            "start: now", "start: now\ncloud: custom\ngraph: https://graph.test/v1.0",
            [
                "x.yaml:1:1: authority: is missing",
                "  add a line 'authority: https://login.example.com'",
            ]
        ),
        (
            "start: now", "start: now\ncloud: custom\ngraph: http://graph.test\nauthority: https://x.test",
            [
                "x.yaml:8:8: graph: \"http://graph.test\" is not the root of a service: it does not begin with https://",
                "  write https://host or https://host:port, nothing after it",
            ]
        ),
        (
            "key: key.pem", "key: credential:key",
            [
                "x.yaml:4:20: certificate.key: 'credential:key' needs $CREDENTIALS_DIRECTORY, which is not set",
                "  run it as a systemd service with LoadCredential=key:/path/of/the/file, put key.pem beside the configuration, or give a path",
            ]
        ),
        (
            "key: key.pem", "key: credential:../key",
            [
                "x.yaml:4:20: certificate.key: 'credential:../key' names no credential",
                "  write it as 'key: credential:NAME'",
            ]
        ),
        (
            "start: now", "start: now\nheaders: [subject]",
            [
                "x.yaml:7:10: headers: goes with 'content: headers' only",
                "  remove it, or write 'content: headers'",
            ]
        ),
        (
            "maildir: {path: /var/mail/reports}", "",
            [
                "x.yaml:7:8: sinks: needs at least one sink",
                "  add the lines 'sinks:', '  maildir:' and '    path: /var/mail/reports'",
            ]
        ),
        (
            "maildir: {path: /var/mail/reports}", "command: {run: [cat]}",
            [
                "x.yaml:7:24: sinks.command.run: 'cat' is no absolute path",
                "  give the program's whole path, no shell looks it up: command -v cat",
            ]
        ),
        (
            "maildir: {path: /var/mail/reports}", "command: {run: cat}",
            [
                "x.yaml:7:24: sinks.command.run: takes a list, not 'cat'",
                "  write it as 'run: [/usr/local/bin/take-message]'",
            ]
        ),
        (
            "start: now", "start: now\npoll: 1s",
            [
                "x.yaml:7:7: poll: takes a time with its unit from 5s to 1d, not '1s'",
                "  write it as 'poll: 30s'",
            ]
        ),
    ])
    func refusesWithTheMend(old: String, new: String, expected: [String]) {
        #expect(Array(findings(Self.good.replacing(old, with: new)).prefix(expected.count)) == expected)
    }

    @Test(arguments: [
        ("json-lines: {}", "json-lines: takes either 'path' or 'stdout: true'"),
        ("json-lines: {path: x, stdout: true}", "json-lines: takes either 'path' or 'stdout: true'"),
        ("json-lines: {stdout: true, keep: 3}", "json-lines.keep: goes with 'path' only"),
        ("json-lines: {path: x, keep: 3}", "json-lines.keep: goes with 'rotate-at' only"),
    ])
    func refusesLinesThatGoNowhereOrTwice(sink: String, reason: String) {
        let text = Self.good.replacing("content: mime", with: "content: json")
            .replacing("maildir: {path: /var/mail/reports}", with: sink)
        #expect(findings(text).contains { $0.hasSuffix("sinks." + reason) }, "\(findings(text))")
    }
}
