import FoundationEssentials
import MailscopeKit
import Synchronization
import TestSupport
import Testing

@Suite struct WatchTests {
    @Test func saysOnceThatCollectingFailsAndOnceThatItWorksAgain() async throws {
        let fixture = try await CollectorFixture()
        let passes = Mutex(0)
        let mailbox = FakeMailbox(mails(3)) { (_, _) throws(FakeMailbox.Fault) in
            if (2...8).contains(passes.withLock { $0 }) { throw .status(403) }
        }
        let log = CollectingLog()
        let collector = try fixture.collector(mailbox, [MemorySink()], log: log.log)
        let waits = Mutex<[Duration]>([])
        try await Watch(collector: collector, clock: fixture.clock, log: log.log).run { event in
            if case .failed(_, _, let next) = event { waits.withLock { $0.append(next) } }
            return passes.withLock {
                $0 += 1
                return $0 < 12
            }
        }
        let minutes = [60, 120, 240, 300, 300, 300, 300]
        #expect(waits.withLock { $0 } == minutes.map { .seconds($0) })
        #expect(log.records.filter { $0.level == .error }.map(\.message) == ["collecting failed"])
        #expect(log.records.filter { $0.message == "collecting works again" }.count == 1)
        #expect(fixture.clock.slept.filter { $0 == .seconds(60) }.count >= 4, "the poll interval")
    }

    @Test func tellsOfAnOutageSoonAndOnlyOnce() async throws {
        let fixture = try await CollectorFixture()
        let clock = fixture.clock
        let outage = (clock.uptime + .seconds(120))..<(clock.uptime + .seconds(1_800))
        let mailbox = FakeMailbox(mails(3)) { (_, _) throws(FakeMailbox.Fault) in
            if outage.contains(clock.uptime) { throw .status(503) }
        }
        let log = CollectingLog()
        let told = Mutex<Duration?>(nil)
        let timed = Log(level: .notice) { record in
            if record.level == .warning { told.withLock { $0 = $0 ?? clock.uptime } }
            log.log.record(record.level, "seen", [LogField("message", record.message)])
        }
        let collector = try fixture.collector(mailbox, [MemorySink()], log: timed)
        try await Watch(collector: collector, clock: clock, log: timed).run { _ in
            clock.uptime < outage.upperBound + .seconds(600)
        }
        #expect(
            log.records.flatMap(\.fields).map(\.value) == [
                "the service gives no good answer, trying on", "the service answers again",
            ])
        #expect(try #require(told.withLock { $0 }) < outage.lowerBound + .seconds(180))
    }

    @Test(arguments: [false, true])
    func saysOfTenMinutesWithoutNetworkTwoLines(withBrokenPasses: Bool) async throws {
        let fixture = try await CollectorFixture()
        let clock = fixture.clock
        let outage = (clock.uptime + .seconds(150))..<(clock.uptime + .seconds(750))
        let mailbox = FakeMailbox(mails(3)) { (_, _) throws(FakeMailbox.Fault) in
            guard outage.contains(clock.uptime) else { return }
            // A refusal ends a pass at once, a broken connection after many tries.
            if withBrokenPasses { throw .status(400) } else { throw .broken }
        }
        let log = CollectingLog()
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink], log: log.log) {
            $0.pollInterval = .seconds(30)
        }
        try await Watch(collector: collector, clock: clock, log: log.log).run { _ in
            // Mail goes on arriving where nobody can fetch it.
            if outage.contains(clock.uptime) {
                let number = mailbox.mails.count
                mailbox.add(mail(number, at: number))
            }
            return clock.uptime < outage.upperBound + .seconds(600)
        }
        let told = log.records.filter { $0.level > .info }
        #expect(told.count == 2, "\(log.text)")
        let end = try #require(told.last)
        #expect(end.level == .notice)
        let facts = Dictionary(uniqueKeysWithValues: end.fields.map { ($0.name, $0.value) })
        #expect(try #require(facts["tries"].flatMap { Int($0) }) >= 3)
        // To the first answer: waits of its own come on top.
        #expect((540...1_100).contains(try #require(facts["after-seconds"].flatMap { Int($0) })))
        #expect(sink.ids.sorted() == mailbox.mails.map(\.id), "nothing is lost or twice")
        #expect(mailbox.mails.count > 3)
    }

    @Test func endsAtOnceWhereTheLedgerIsDamaged() async throws {
        let fixture = try await CollectorFixture()
        let damage = CrashPoint()
        damage.set(after: 1)
        let ledger = CrashingLedger(
            fixture.ledger, damage, failingWith: .corrupt(path: "/state/ledger.db", detail: "bad page"))
        let log = CollectingLog()
        let collector = try fixture.collector(
            FakeMailbox(mails(3)), [MemorySink()], ledger: ledger, log: log.log)
        let events = Mutex(0)
        await #expect(throws: CollectError.ledger(.corrupt(path: "/state/ledger.db", detail: "bad page"))) {
            try await Watch(collector: collector, clock: fixture.clock, log: log.log).run { _ in
                events.withLock { $0 += 1 }
                return true
            }
        }
        #expect(events.withLock { $0 } == 0)
        #expect(log.records.filter { $0.level > .info }.isEmpty, "whoever ends tells why")
    }

    @Test func letsSinksFinishWhereThePassIsToEnd() async throws {
        let fixture = try await CollectorFixture()
        let mailbox = FakeMailbox(mails(500))
        let isEnding = Mutex(false)
        let isFirst = Switch(true)
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(mailbox, [sink]) {
            $0.content = .mime
        } progress: { progress in
            if progress.summary.delivered > 0, isFirst.isOn { isEnding.withLock { $0 = true } }
        } isEnding: {
            isEnding.withLock { $0 }
        }
        let watch = Watch(collector: collector, clock: fixture.clock, log: .silent)
        try await watch.run(mayBegin: { !isEnding.withLock { $0 } }, isFatal: { _ in false }, { _ in true })
        #expect((1..<500).contains(sink.ids.count))
        #expect(fixture.spool.left == 0)
        #expect(try await fixture.ledger.counts().delivered == sink.ids.count, "all that sinks have is known")
        isFirst.isOn = false
        isEnding.withLock { $0 = false }
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == mails(500).map(\.id), "nothing is lost or twice")
    }

    @Test func endsWithTheErrorWhenItsOwnerSaysSo() async throws {
        let fixture = try await CollectorFixture()
        let mailbox = FakeMailbox(mails(3)) { (_, _) throws(FakeMailbox.Fault) in throw .status(403) }
        let collector = try fixture.collector(mailbox, [MemorySink()])
        do {
            try await Watch(collector: collector, clock: fixture.clock, log: .silent).run { _ in false }
            Issue.record("it went on")
        } catch {
            guard case .mailbox(.denied) = error else { throw error }
        }
    }

    @Test func stopsAtOnceWhenItIsCancelled() async throws {
        let fixture = try await CollectorFixture()
        let task = Mutex<Task<Void, any Error>?>(nil)
        let mailbox = FakeMailbox(mails(500)) { (ask, _) throws(FakeMailbox.Fault) in
            if ask.id == "m0100" { task.withLock { $0?.cancel() } }
        }
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(mailbox, [sink]) { $0.content = .mime }
        let watch = Watch(collector: collector, clock: fixture.clock, log: .silent)
        let (starts, start) = AsyncStream<Void>.makeStream()
        task.withLock {
            $0 = Task {
                for await _ in starts { break }
                try await watch.run { _ in true }
            }
        }
        start.yield()
        try await task.withLock { $0 }?.value
        #expect(sink.ids.count < 300)
        #expect(fixture.spool.left == 0)
        #expect(try await fixture.ledger.note(.lastError) == nil, "stopping is no failure")
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == mails(500).map(\.id), "and nothing is lost or twice")
    }
}
