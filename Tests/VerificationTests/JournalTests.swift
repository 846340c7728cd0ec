import FoundationEssentials
import MailscopeKit
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

    @Test(arguments: [
        (#""answer":"denied""#, #""answer":"readable""#), (#""denied":20"#, #""denied":9223372036854775807"#),
        (#""state":"closed""#, #""state":"breach""#), (#""round":1"#, #""round":0"#),
    ])
    func aLineThatWasEditedIsRefused(old: String, new: String) async throws {
        let journal = MemoryJournal()
        try await interrupted(after: 90, journal)
        let text = String(decoding: journal.bytes.withLock { $0 }, as: UTF8.self)
        let edited = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
        #expect(edited != text, "\(text.suffix(3_000))")
        journal.bytes.withLock { $0 = Array(edited.utf8) }
        let error = await #expect(throws: VerificationError.self) {
            try await bench.verification(bench.transport(), journal: journal).run()
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("contradicts itself"))
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
        #expect(error?.description == "journal belongs to another plan, list of mailboxes or app")
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

    init(_ text: String = "") { bytes = Mutex(Array(text.utf8)) }

    func read(at offset: Int, limit: Int) async throws(ProbeJournalError) -> [UInt8] {
        bytes.withLock { Array($0.dropFirst(offset).prefix(limit)) }
    }
    func truncate(to size: Int) async throws(ProbeJournalError) {
        bytes.withLock { $0 = Array($0.prefix(size)) }
    }
    func append(_ line: [UInt8]) async throws(ProbeJournalError) { bytes.withLock { $0 += line } }
}
