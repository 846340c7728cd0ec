import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

@Suite(.timeLimit(.minutes(20))) struct MetricsTests {
    /// A daemon that is ready, and has told its metrics of it.
    private struct Ready {
        let tenant: TenantPlace
        let daemon: ProgramRun.Started
        let socket: String
        var textfile: String { tenant.place.folder("m.prom") }

        init(_ count: Int, lines: String = "poll: 5s") async throws {
            tenant = try TenantPlace(lines: lines)
            // A socket's address is short.
            socket = "/tmp/mailscope-\(UInt32.random(in: 0...UInt32.max)).sock"
            try tenant.edit(
                lines,
                lines + "\nmetrics: {listen: 'unix:\(socket)', textfile: \(tenant.place.folder("m.prom"))}")
            tenant.fill(count)
            daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
            try await daemon.untilItSays("notice ready")
            let socket = socket
            try await until {
                try await Self.scrape(socket).contains(#"state="delivered"} \#(count)"# + "\n")
            }
        }

        static func scrape(_ socket: String) async throws -> String {
            let answer = try await LocalClient.get("/metrics", from: .unix(socket))
            #expect(
                answer.hasPrefix(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            return String(answer[(answer.firstRange(of: "\r\n\r\n")?.upperBound ?? answer.endIndex)...])
        }

        func scrape() async throws -> Samples { Samples(try await Self.scrape(socket)) }

        func stop() async throws {
            daemon.send(SIGTERM)
            #expect(try await daemon.end().exitCode == 0)
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }

    /// `name{labels}` and its value, the mailbox's label left out.
    private struct Samples {
        let values: [String: Double]

        init(_ text: String) {
            values = Dictionary(
                text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
                    let space = line.lastIndex(of: " ") ?? line.startIndex
                    let name = line[..<space].replacing(#"mailbox="reports@contoso.test""#, with: "")
                        .replacing(
                            "{}", with: ""
                        ).replacing("{,", with: "{")
                    return (String(name), Double(line[space...].dropFirst()) ?? .nan)
                }, uniquingKeysWith: { _, _ in .nan })
        }

        subscript(_ name: String) -> Double? { values[name] }
        var names: Set<String> { Set(values.keys.map { String($0.prefix { $0 != "{" }) }) }
    }

    @Test func agreeWithStatus() async throws {
        let ready = try await Ready(7)
        let samples = try await ready.scrape()
        let json = try await ready.tenant.run("status", "--json").output
        struct Status: Decodable {
            let delivered, quarantined, requestBudget: Int
            let lastPass, certificateExpires: Date
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let status = try decoder.decode(Status.self, from: Data(json.utf8))
        #expect(samples[#"mailscope_messages{state="delivered"}"#] == Double(status.delivered))
        #expect(samples[#"mailscope_messages{state="quarantined"}"#] == Double(status.quarantined))
        #expect(samples["mailscope_delivered_messages_total"] == 7)
        #expect(samples["mailscope_request_budget"] == Double(status.requestBudget))
        #expect(
            samples[#"mailscope_certificate_expiry_timestamp_seconds{certificate="current"}"#]
                == status.certificateExpires.timeIntervalSince1970)
        let last = try #require(samples["mailscope_last_look_timestamp_seconds"])
        // Another look may have ended meanwhile.
        #expect(abs(last - status.lastPass.timeIntervalSince1970) < 60)
        #expect(try #require(samples["mailscope_lag_seconds"]) < 60)
        #expect(samples["mailscope_ready"] == 1)
        #expect(samples["mailscope_failing"] == 0)
        #expect(try #require(samples[#"mailscope_requests_total{service="graph",status="200"}"#]) >= 8)
        #expect(samples[#"mailscope_requests_total{service="token",status="200"}"#] == 1)
        let expiry = try #require(samples["mailscope_token_expiry_timestamp_seconds"])
        #expect(expiry > Date().timeIntervalSince1970 + 600)
        try await ready.stop()
    }

    @Test func areWrittenToAFileThatOthersMayRead() async throws {
        let ready = try await Ready(2)
        #expect(
            try await until {
                Samples((try? String(contentsOfFile: ready.textfile, encoding: .utf8)) ?? "")[
                    "mailscope_delivered_messages_total"] == 2
            })
        let mode = try FileManager.default.attributesOfItem(atPath: ready.textfile)[.posixPermissions] as? Int
        #expect(mode == 0o644)
        try await ready.stop()
    }

    @Test func countReloadsAndOutlastThem() async throws {
        let ready = try await Ready(3)
        ready.daemon.send(SIGHUP)
        try await ready.daemon.untilItSays("read the configuration again")
        #expect(
            try await until { try await ready.scrape()[#"mailscope_reloads_total{result="taken"}"#] == 1 })
        #expect(try await ready.scrape()["mailscope_delivered_messages_total"] == 3)
        // A listener that cannot be had leaves all as it was, the old one too.
        let good = try String(contentsOfFile: ready.tenant.place.config, encoding: .utf8)
        try ready.tenant.place.folder.write("taken", "")
        try ready.tenant.edit("unix:\(ready.socket)", "unix:\(ready.tenant.place.folder("taken"))")
        ready.daemon.send(SIGHUP)
        try await ready.daemon.untilItSays("cannot listen on unix:")
        #expect(
            try await until { try await ready.scrape()[#"mailscope_reloads_total{result="refused"}"#] == 1 })
        try ready.tenant.place.folder.write(
            "mailscope.yaml", good.replacing("listen: 'unix:\(ready.socket)', ", with: ""))
        ready.daemon.send(SIGHUP)
        #expect(try await until { !FileManager.default.fileExists(atPath: ready.socket) })
        try await ready.stop()
    }

    @Test func sayAtTheStartThatAnotherListensThere() async throws {
        let ready = try await Ready(1)
        let second = try TenantPlace(lines: "metrics: {listen: 'unix:\(ready.socket)'}")
        let run = try await second.run("run")
        #expect(run.exitCode == 1)
        #expect(
            run.errors.hasPrefix(
                "mailscope: error: cannot listen on unix:\(ready.socket): Address already in use\n"))
        try await ready.stop()
    }

    @Test func tellOfTheLastProof() async throws {
        let ready = try await Ready(1)
        let run = try await ready.tenant.run("verify-scope", "--closed", "finance@contoso.test")
        #expect(run.exitCode == 3, "the app is not confined here: \(run.errors)")
        #expect(
            try await until { try await ready.scrape()[#"mailscope_scope_verdict{verdict="breach"}"#] == 1 })
        #expect(try await ready.scrape()[#"mailscope_scope_verdict{verdict="confined"}"#] == 0)
        #expect(try await ready.tenant.run("status").output.contains(/\nlast proof +breach, 20/))
        try await ready.stop()
    }

    @Test func areAllThatTheDashboardAsksFor() async throws {
        let ready = try await Ready(1)
        _ = try await ready.tenant.run("verify-scope", "--closed", "finance@contoso.test")
        try await until { try await ready.scrape().names.contains("mailscope_scope_verdict") }
        let dashboard = String(decoding: try PackageFiles.bytes("docs/grafana/mailscope.json"), as: UTF8.self)
        let asked = Set(dashboard.matches(of: /mailscope_[a-z_]+/).map { String($0.output) })
        #expect(asked.count > 12)
        // What did not happen yet has no samples.
        let rare: Set = ["mailscope_request_failures_total"]
        #expect(asked.subtracting(try await ready.scrape().names).subtracting(rare) == [])
        try await ready.stop()
    }

    @Test func areWrittenAsTheFormatWants() {
        var metrics = MetricsText(labels: ["mailbox": "a\"b\\c\nd\"\u{301}\r\n"])
        metrics.add("x", "Help.", 1.5)
        metrics.add("y_total", "Help.", as: .counter, [.init(labels: ["k": "v"], value: 3_000_000_000)])
        metrics.add("z", "Left out.", nil)
        #expect(
            metrics.text == """
                # HELP x Help.
                # TYPE x gauge
                x{mailbox="a\\"b\\\\c\\nd\\"\u{301}\r\\n"} 1.5
                # HELP y_total Help.
                # TYPE y_total counter
                y_total{mailbox="a\\"b\\\\c\\nd\\"\u{301}\r\\n",k="v"} 3000000000

                """)
    }
}
