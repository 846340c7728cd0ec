import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity
import Synchronization
import Testing

@testable import TenantSimulator
@testable import Verification

@Suite struct JournalTests {
    let bench: Bench = {
        var bench = Bench(closed: ["a", "b", "c", "d", "e", "f"])
        bench.plan.lanes = 1
        bench.plan.controlEvery = 20
        bench.restrict(to: [bench.open.objectID])
        return bench
    }()

    /// Interrupts a run after so many requests.
    private func interrupted(after limit: Int, _ journal: MemoryJournal) async throws {
        let running = Mutex<Task<VerificationReport, any Error>?>(nil)
        let transport = bench.transport { number in
            if number == limit { running.withLock { $0?.cancel() } }
        }
        let task = running.withLock { running in
            let task = Task { [bench] in try await bench.verification(transport, journal: journal).run() }
            running = task
            return task
        }
        await #expect(throws: VerificationError.cancelled) { try await task.value }
    }

    @Test func anInterruptedRunGoesOnAndSaysWhatItTookOver() async throws {
        let journal = MemoryJournal()
        try await interrupted(after: 90, journal)
        // Killed while a line was written.
        journal.bytes.withLock { $0 += Array("{\"counts\":{\"den".utf8) }
        let transport = bench.transport()
        let report = try await bench.verification(transport, journal: journal).run()
        #expect(report.verdict == .confined && report.mailboxCounts.closed == 6, "\(report.toConclude)")
        let taken = try #require(report.resumed)
        #expect((1...5).contains(taken.mailboxes) && taken.oldest <= taken.newest)
        #expect(report.probeCounts.total == report.plan.probesPerRound)
        #expect(transport.state.withLock { $0.requests } < report.plan.probesPerRound)
        #expect(report.mailboxes.flatMap(\.probes).contains { $0.token == 0 })
        #expect(report.controlsHeld > 0)
    }

    @Test func aRunThatEndedIsNotLeantOn() async throws {
        let journal = MemoryJournal()
        _ = try await bench.verification(bench.transport(), journal: journal).run()
        bench.tenant.exchange.change { $0.policies = [] }
        let report = try await bench.verification(bench.transport(), journal: journal).run()
        #expect(report.verdict == .breach && report.resumed == nil)
    }

    @Test func aFullDiskAtTheEndCostsNoBreach() async throws {
        await #expect(throws: VerificationError.self) {
            try await bench.verification(bench.transport(), journal: MemoryJournal(isFullAtEnd: true)).run()
        }
        bench.tenant.exchange.change { $0.policies = [] }
        let report = try await bench.verification(
            bench.transport(), journal: MemoryJournal(isFullAtEnd: true)
        ).run()
        #expect(report.verdict == .breach)
    }

    /// The journal of an interrupted run, line by line.
    private func lines() async throws -> [Substring] {
        let journal = MemoryJournal()
        try await interrupted(after: 90, journal)
        let lines = String(decoding: journal.bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n")
        #expect(lines.count >= 4)
        return lines
    }

    /// Resumes from `lines` and says why that was refused.
    private func refusal(of lines: [some StringProtocol], isCut: Bool = false) async throws -> String {
        let journal = MemoryJournal(lines.joined(separator: "\n") + (isCut ? "" : "\n"))
        let transport = bench.transport()
        let error = await #expect(throws: VerificationError.self) {
            try await bench.verification(transport, journal: journal).run()
        }
        #expect(error?.hint.contains("remove the file") == true)
        #expect(transport.state.withLock { $0.targets }.allSatisfy { !$0.contains("/users/") })
        return error.map { "\($0)" } ?? ""
    }

    @Test(arguments: [
        (#""answer":"denied""#, #""answer":"readable""#), (#""denied":20"#, #""denied":9223372036854775807"#),
        (#""state":"closed""#, #""state":"breach""#), (#""round":1"#, #""round":0"#),
        (#""index":0"#, #""index":5"#), ("a@contoso.test", "e@contoso.test"),
    ])
    func aLineThatWasEditedIsRefused(old: String, new: String) async throws {
        var lines = try await lines().map(String.init)
        let edited = lines[1].replacing(old, with: new)
        #expect(edited != lines[1], "\(lines[1])")
        lines[1] = edited
        #expect(try await refusal(of: lines).hasPrefix("journal:2: the seal does not fit"))
    }

    @Test func linesOutOfTheirPlaceAreRefused() async throws {
        let lines = try await lines()
        var changed = lines
        changed.swapAt(1, 2)
        #expect(try await refusal(of: changed).hasPrefix("journal:2: the seal does not fit"))
        changed = lines
        changed.remove(at: 1)
        #expect(try await refusal(of: changed).hasPrefix("journal:2: the seal does not fit"))
        changed = lines
        changed.insert(lines[2], at: 3)
        #expect(try await refusal(of: changed).hasPrefix("journal:4: the seal does not fit"))
        changed = lines
        changed[2] = #"{"counts":{},"round":1}"#
        #expect(
            try await refusal(of: changed).hasPrefix("journal:3: this line was not written by verify-scope"))
        // A cut line is no excuse for what stands before it.
        changed = lines
        changed.swapAt(1, 2)
        changed[changed.count - 1] = changed[changed.count - 1].dropLast(5)
        #expect(try await refusal(of: changed, isCut: true).hasPrefix("journal:2: the seal does not fit"))
    }

    @Test func whoHasNotTheKeyCannotWriteAJournal() async throws {
        let journal = MemoryJournal(key: "another")
        try await interrupted(after: 90, journal)
        let text = String(decoding: journal.bytes.withLock { $0 }, as: UTF8.self)
        #expect(
            try await refusal(of: text.split(separator: "\n")).hasPrefix("journal:1: the seal does not fit"))
        // Nor add to one.
        let ours = try await lines()
        var lines = ours
        lines[3] = text.split(separator: "\n")[3]
        #expect(try await refusal(of: lines).hasPrefix("journal:4: the seal does not fit"))
    }

    @Test func aJournalThatWasCutAnywhereInItsLastLineGoesOn() async throws {
        let text = try await lines().joined(separator: "\n") + "\n"
        let last = try #require(text.dropLast().split(separator: "\n").last).utf8.count
        for cut in [0, 1, 2, 70, 85, last - 1, last, last + 1] {
            let journal = MemoryJournal(String(text.dropLast(cut)))
            let report = try await bench.verification(bench.transport(), journal: journal).run()
            #expect(report.verdict == .confined && report.resumed != nil, "\(cut)")
            // What was written after it can be read again.
            let again = MemoryJournal()
            again.bytes.withLock { $0 = journal.bytes.withLock { $0 } }
            #expect(try await bench.verification(bench.transport(), journal: again).run().resumed == nil)
        }
    }

    @Test func oldAnswersAreAskedForAgain() async throws {
        let journal = MemoryJournal()
        try await interrupted(after: 90, journal)
        bench.tenant.clock.advance(by: .seconds(86_400))
        let report = try await bench.verification(bench.transport(), journal: journal).run()
        #expect(report.verdict == .confined && report.resumed == nil)
    }

    @Test func answersOfAnotherPlanAreRefused() async throws {
        let journal = MemoryJournal()
        try await interrupted(after: 90, journal)
        let error = await #expect(throws: VerificationError.self) {
            try await bench.verification(
                bench.transport(), list: Array(bench.list.dropLast()), journal: journal
            ).run()
        }
        #expect(error?.description == "journal:1: it belongs to another plan, list of mailboxes or app")
    }

    @Test(arguments: ["root:x:0:0", "root:x:0:0\n", "{\"end\":1}\n", "a\nb"])
    func aFileOfSomebodyElseIsLeftAlone(text: String) async throws {
        let journal = MemoryJournal(text)
        await #expect(throws: VerificationError.self) {
            try await bench.verification(bench.transport(), journal: journal).run()
        }
        #expect(journal.bytes.withLock { $0 } == Array(text.utf8))
    }
}

final class MemoryJournal: ProbeJournal {
    let name = "journal"
    let bytes: Mutex<[UInt8]>

    private let hash: KeyedHash

    /// Whether the end of a run cannot be written.
    private let isFullAtEnd: Bool

    init(_ text: String = "", key: String = "key", isFullAtEnd: Bool = false) {
        self.isFullAtEnd = isFullAtEnd
        bytes = Mutex(Array(text.utf8))
        hash = KeyedHash(key: Secret(Array(key.utf8)))
    }

    func seal(_ bytes: [UInt8]) -> String? { hash.hex(of: bytes) }

    func read(at offset: Int, limit: Int) async throws(ProbeJournalError) -> [UInt8] {
        bytes.withLock { Array($0.dropFirst(offset).prefix(limit)) }
    }
    func truncate(to size: Int) async throws(ProbeJournalError) {
        bytes.withLock { $0 = Array($0.prefix(size)) }
    }
    func append(_ line: [UInt8]) async throws(ProbeJournalError) {
        if isFullAtEnd, String(decoding: line, as: UTF8.self).contains("\"line\":{\"end\":") {
            throw ProbeJournalError("journal: no space left")
        }
        bytes.withLock { $0 += line }
    }
}
