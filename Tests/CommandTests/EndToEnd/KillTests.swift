import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

extension HeavyTests {
    /// SIGKILL at moments that a seed chooses: 50, or as many as the environment variable `MAILSCOPE_KILLS` says.
    @Suite(.timeLimit(.minutes(60))) struct KillTests {
        static let killsOfARound = 10
        static let rounds: Int = {
            let wanted = ProcessInfo.processInfo.environment["MAILSCOPE_KILLS"].flatMap { Int($0) } ?? 50
            return max(1, (wanted + killsOfARound - 1) / killsOfARound)
        }()

        @Test func losesNothingAndDeliversNothingTwice() async throws {
            let began = ContinuousClock.now
            var tally = KillTally()
            for round in 1...Self.rounds {
                var round = try KillRound(seed: UInt64(round), isJSON: round % 5 == 0 || round % 5 == 3)
                try await round.run(kills: Self.killsOfARound, &tally)
            }
            print("\(tally), \(ContinuousClock.now - began)")
            #expect(tally.kills == Self.rounds * Self.killsOfARound)
            // Else nothing was proved.
            #expect(tally.alive * 2 > tally.kills && tally.unrecorded > 0 && tally.leftSpool > 0)
        }
    }
}

/// Where the kills landed.
struct KillTally: CustomStringConvertible {
    var kills = 0
    /// The process had not ended by itself.
    var alive = 0
    /// Something was half fetched, or fetched and not delivered.
    var leftSpool = 0
    /// Something stood in `tmp/`, delivered by half.
    var leftStaged = 0
    /// The sink had something new.
    var delivered = 0
    /// The sink had something that the ledger did not know yet: what could come twice.
    var unrecorded = 0
    var requests = 0
    /// What stands against the budget of ten minutes in the end; more than was sent, for a kill loses booked requests.
    var booked = 0

    var description: String {
        "\(kills) kills, \(alive) at work; \(delivered) had delivered something, \(unrecorded) of it not recorded; "
            + "\(leftSpool) left a spooled message, \(leftStaged) a file in tmp/; \(requests) requests, \(booked) booked"
    }
}

/// One mailbox that a killed process is followed by another one in, until all of it is there.
struct KillRound {
    private let tenant: TenantPlace
    private let isJSON: Bool
    private var random: SeededGenerator
    private let seed: UInt64

    /// When to kill.
    private enum Moment {
        /// So long after the start.
        case after(Duration)
        /// So long after so many requests.
        case asked(Int, Duration)
        /// So long after something new was in the sink.
        case delivered(Duration)
    }

    init(seed: UInt64, isJSON: Bool) throws {
        self.seed = seed
        self.isJSON = isJSON
        random = SeededGenerator(seed: seed)
        tenant =
            isJSON
            ? try TenantPlace(
                content: "json", sinks: "json-lines: {path: out.jsonl, rotate-at: 1MiB}", lines: "poll: 5s")
            : try TenantPlace(lines: "poll: 5s")
        tenant.fill(300, seed: seed)
        // So that a kill finds something under way.
        tenant.tenant.faults.add(
            FaultRule(.latency(fixed: .milliseconds(2), jitter: .milliseconds(8)), path: "/v1.0/*"))
    }

    mutating func run(kills: Int, _ tally: inout KillTally) async throws {
        for kill in 1...kills {
            try await self.kill(&tally)
            if Bool.random(using: &random) { try readSome() }
            if kill % 2 == 0 {
                // New mail, several of one second.
                tenant.add(40, seed: seed &* 100 &+ UInt64(kill), received: now - 600 + kill)
            }
            try expectOnlyWholeFiles()
        }
        tenant.tenant.faults.clear()
        let clean = try await tenant.run("fetch")
        #expect(clean.exitCode == 0, "\(clean.errors)")
        tally.requests += tenant.tenant.log.entries(path: "/v1.0/*").count
        tally.booked += try await Self.status(tenant.run("status", "--json")).requests
        if isJSON {
            try joinRotated()
            try await tenant.expectLinesHoldTheMailbox()
        } else {
            try tenant.expectMaildirHoldsTheMailbox()
        }
    }

    private var now: Int { Int(Date().timeIntervalSince1970) }

    private mutating func kill(_ tally: inout KillTally) async throws {
        let asked = tenant.tenant.log.count
        let size = sinkSize
        let moment = nextMoment()
        let verb = Bool.random(using: &random) ? "run" : "fetch"
        let process = try ProgramRun.Started(words: [verb, "--config", tenant.place.config])
        let pause: Duration
        switch moment {
        case .after(let duration): pause = duration
        case .asked(let count, let after):
            try await wait(for: process) { tenant.tenant.log.count >= asked + count }
            pause = after
        case .delivered(let after):
            try await wait(for: process) { sinkSize > size }
            pause = after
        }
        try await Task.sleep(for: pause)
        if process.isRunning { tally.alive += 1 }
        process.send(SIGKILL)
        _ = try await process.end()
        tally.kills += 1
        if sinkSize > size { tally.delivered += 1 }
        let ledger = try await Self.status(tenant.run("status", "--json"))
        if try countDelivered() > ledger.delivered { tally.unrecorded += 1 }
        if try !tenant.names(in: tenant.place.folder("state/spool")).isEmpty { tally.leftSpool += 1 }
        if try !tenant.names(in: tenant.place.folder("mail/tmp")).isEmpty { tally.leftStaged += 1 }
    }

    private struct Status: Decodable {
        let delivered: Int
        let requests: Int
    }

    /// What the ledger knows; nothing where the process came to no ledger.
    private static func status(_ run: ProgramRun) -> Status {
        (try? JSONDecoder().decode(Status.self, from: Data(run.output.utf8)))
            ?? Status(delivered: 0, requests: 0)
    }

    /// Whole messages in the sink.
    private func countDelivered() throws -> Int {
        guard isJSON else { return try tenant.maildir().count }
        let files = try tenant.names(in: tenant.place.folder.path).filter { $0.hasPrefix("out.jsonl") }
        return try files.reduce(0) { count, name in
            let bytes = try Data(contentsOf: URL(filePath: tenant.place.folder(name)))
            return count + bytes.count { $0 == 10 }
        }
    }

    private mutating func nextMoment() -> Moment {
        let jitter = Duration.microseconds(Int.random(in: 0..<20_000, using: &random))
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .after(.milliseconds(Int.random(in: 0..<150, using: &random)))
        case 1...5: return .asked(Int.random(in: 1..<(isJSON ? 5 : 150), using: &random), jitter)
        default: return .delivered(jitter / 4)
        }
    }

    /// Returns once `isSo`, or where the process has ended or has nothing to do for seconds.
    private func wait(for process: ProgramRun.Started, _ isSo: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(3)
        while !isSo(), process.isRunning, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Files, or bytes.
    private var sinkSize: Int {
        guard isJSON else { return tenant.newCount }
        var status = stat()
        return stat(tenant.place.folder("out.jsonl"), &status) == 0 ? Int(status.st_size) : 0
    }

    /// A mail program takes what is new, as one does between two passes.
    private func readSome() throws {
        let mail = tenant.place.folder("mail")
        for name in try tenant.names(in: mail + "/new") {
            rename(mail + "/new/" + name, mail + "/cur/" + name + ":2,S")
        }
    }

    /// What has its final name is all there, at every moment.
    private func expectOnlyWholeFiles() throws {
        guard !isJSON, FileManager.default.fileExists(atPath: tenant.place.folder("mail")) else { return }
        for file in try tenant.maildir() {
            let said = file.path.split(separator: "S=").last?.prefix { $0.isNumber }
            var status = stat()
            #expect(stat(file.path, &status) == 0 && said == "\(status.st_size)", "\(file.path)")
        }
    }

    /// Puts the files that rotation put aside before the last one.
    private func joinRotated() throws {
        let path = tenant.place.folder("out.jsonl")
        let rotated = try tenant.names(in: tenant.place.folder.path).filter { $0.hasPrefix("out.jsonl.") }
        var all = Data()
        for name in rotated { all += try Data(contentsOf: URL(filePath: tenant.place.folder(name))) }
        all += try Data(contentsOf: URL(filePath: path))
        try all.write(to: URL(filePath: path))
    }
}
