import FoundationEssentials
import MailscopeKit
import Synchronization
import TestSupport
import Testing

/// The process dies at a random call of ledger, sink or service, again and again, before or after the call took effect.
@Suite struct CrashTests {
    @Test(arguments: MessageContent.allCases)
    func losesNothingAndRepeatsNothingUnannounced(content: MessageContent) async throws {
        for seed in 0..<70 {
            try await run(seed: UInt64(seed), content)
        }
    }

    private func run(seed: UInt64, _ content: MessageContent) async throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try await CollectorFixture()
        let crash = CrashPoint()
        let count = Int.random(in: 1...40, using: &random)
        let all = (0..<count).map { mail($0, at: 1000 * Int.random(in: 0...12, using: &random)) }
        let poison = random.next() % 3 == 0 ? "m0001" : "none"
        let mailbox = FakeMailbox(all) { (ask, ids) throws(FakeMailbox.Fault) in
            if crash.isReached() { throw .cancelled }
            if ask.kind != .list || ask.isWhole, ids.contains(poison) { throw .status(500) }
        }
        let sinks = ["a", "b"].map { name in
            let dead = SinkError(sink: name, reason: "the process is dead")
            return MemorySink(
                name, spool: fixture.spool,
                before: { (_) throws(SinkError) in if crash.isReached() { throw dead } },
                after: { () throws(SinkError) in if crash.isReached() { throw dead } })
        }
        let ledger = CrashingLedger(fixture.ledger, crash)
        let added = (0..<5).map { mail(100 + $0, at: 1000 * (13 + $0)) }
        var crashes = 0
        for round in 0..<20 {
            crash.set(after: round < 16 ? Int.random(in: 1...40, using: &random) : nil)
            let collector = try fixture.collector(mailbox, sinks, ledger: ledger) {
                $0.content = content
                $0.batchMessages = 5
                $0.pageBytes = 600
                // Nothing may be mended by looking behind the cursor.
                $0.overlap = .seconds(1)
                $0.reconcileInterval = nil
            }
            do { _ = try await collector.pass() } catch { crashes += 1 }
            fixture.clock.advance(by: .seconds(1000))
            if round % 3 == 0, round / 3 < added.count { mailbox.add(added[round / 3]) }
        }
        let expected = (all + added).map(\.id).filter { $0 != poison }.sorted()
        for sink in sinks {
            let ids = sink.ids.sorted()
            #expect(ids == expected, "seed \(seed), \(crashes) crashes, sink \(sink.name)")
        }
        #expect(try await fixture.ledger.counts().delivered == expected.count, "seed \(seed)")
        #expect(crashes > 0, "seed \(seed)")
        #expect(fixture.spool.left == 0, "seed \(seed)")
    }
}

/// When the process dies: at the so-manieth call from now, and every call after it fails, until the next start.
final class CrashPoint: Sendable {
    private let left = Mutex<Int?>(nil)

    func set(after calls: Int?) { left.withLock { $0 = calls } }

    /// Counts a call. A dead process does nothing more.
    func isReached() -> Bool {
        left.withLock { left in
            guard let calls = left else { return false }
            left = max(0, calls - 1)
            return calls <= 1
        }
    }
}

/// A ledger whose process may die before a call takes effect, or after it and before the answer.
struct CrashingLedger: Ledger {
    private let ledger: any Ledger
    private let crash: CrashPoint
    private let error: LedgerError

    init(
        _ ledger: any Ledger, _ crash: CrashPoint,
        failingWith error: LedgerError = .unusable(path: "", detail: "the process is dead")
    ) {
        self.ledger = ledger
        self.crash = crash
        self.error = error
    }

    private func call<Value>(
        _ body: () async throws(LedgerError) -> Value
    ) async throws(LedgerError) -> Value {
        if crash.isReached() { throw error }
        let value = try await body()
        if crash.isReached() { throw error }
        return value
    }

    func cursor() async throws(LedgerError) -> CollectionCursor? {
        try await call { () async throws(LedgerError) in try await ledger.cursor() }
    }
    func unknown(among ids: [MessageID]) async throws(LedgerError) -> [MessageID] {
        try await call { () async throws(LedgerError) in try await ledger.unknown(among: ids) }
    }
    func offer(_ ids: [MessageID]) async throws(LedgerError) -> [MessageID: EarlierOffer] {
        try await call { () async throws(LedgerError) in try await ledger.offer(ids) }
    }
    func acknowledge(_ ids: [MessageID], by sink: String) async throws(LedgerError) {
        try await call { () async throws(LedgerError) in try await ledger.acknowledge(ids, by: sink) }
    }
    func commit(_ records: [MessageRecord], cursor: CollectionCursor?) async throws(LedgerError) {
        try await call { () async throws(LedgerError) in try await ledger.commit(records, cursor: cursor) }
    }
    func forgetSkipped() async throws(LedgerError) {
        try await call { () async throws(LedgerError) in try await ledger.forgetSkipped() }
    }
    func due(at now: Date, limit: Int) async throws(LedgerError) -> [DeferredMessage] {
        try await call { () async throws(LedgerError) in try await ledger.due(at: now, limit: limit) }
    }
    func quarantined(limit: Int, offset: Int) async throws(LedgerError) -> [QuarantinedMessage] {
        try await call { () async throws(LedgerError) in
            try await ledger.quarantined(limit: limit, offset: offset)
        }
    }
    func retry(_ ids: [MessageID]?) async throws(LedgerError) -> Int {
        try await call { () async throws(LedgerError) in try await ledger.retry(ids) }
    }
    func nextDue() async throws(LedgerError) -> Date? {
        try await call { () async throws(LedgerError) in try await ledger.nextDue() }
    }
    func counts() async throws(LedgerError) -> LedgerCounts {
        try await call { () async throws(LedgerError) in try await ledger.counts() }
    }
    func bookings(since: Date) async throws(LedgerError) -> [RequestBooking] {
        try await call { () async throws(LedgerError) in try await ledger.bookings(since: since) }
    }
    func book(_ booking: RequestBooking) async throws(LedgerError) {
        try await call { () async throws(LedgerError) in try await ledger.book(booking) }
    }
    func note(_ key: LedgerNote, _ value: String?) async throws(LedgerError) {
        try await call { () async throws(LedgerError) in try await ledger.note(key, value) }
    }
    func note(_ key: LedgerNote) async throws(LedgerError) -> String? {
        try await call { () async throws(LedgerError) in try await ledger.note(key) }
    }
}
