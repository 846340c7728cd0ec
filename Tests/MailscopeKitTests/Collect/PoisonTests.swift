import FoundationEssentials
import MailscopeKit
import TestSupport
import Testing

/// Messages that cannot be had, services that are away, sinks that are full.
@Suite struct PoisonTests {
    @Test(arguments: MessageContent.allCases, [[0], [37], [119], [40, 41], [10, 90], [3, 4, 5, 119]])
    func quarantinesTheBadMessagesAndNoOther(content: MessageContent, bad: [Int]) async throws {
        let fixture = try await CollectorFixture()
        // Every ten share a second, so that a bad one has good neighbours in its own.
        let all = (0..<120).map { mail($0, at: $0 / 10) }
        let poison = Set(bad.map { all[$0].id })
        let isBad = Switch(true)
        let mailbox = FakeMailbox(all) { (ask, ids) throws(FakeMailbox.Fault) in
            let brings = ask.kind != .list || ask.isWhole
            if isBad.isOn, brings, !poison.isDisjoint(with: ids) { throw .status(500) }
        }
        let sink = MemorySink(spool: fixture.spool)
        let log = CollectingLog()
        let collector = try fixture.collector(mailbox, [sink], log: log.log) { $0.content = content }
        let first = try await collector.pass()
        #expect(first.deferred == bad.count)
        #expect(Set(sink.ids) == Set(all.map(\.id)).subtracting(poison))
        #expect(sink.ids.count == 120 - bad.count)
        for _ in 0..<5 {
            fixture.clock.advance(by: .seconds(40_000))
            _ = try await collector.pass()
        }
        let kept = try await fixture.ledger.quarantined(limit: 99, offset: 0)
        #expect(Set(kept.map(\.id.text)) == poison)
        #expect(kept.allSatisfy { $0.attempts == 5 && $0.reason.contains("500") })
        #expect(log.records.filter { $0.message == "a message was quarantined" }.count == bad.count)

        isBad.isOn = false
        #expect(try await collector.pass().delivered == 0, "it stays there until someone says retry")
        #expect(try await fixture.ledger.retry(nil) == bad.count)
        #expect(try await collector.pass().delivered == bad.count)
        #expect(sink.ids.sorted() == all.map(\.id))
    }

    @Test func takesNoMessageForGoneThatIsListedStill() async throws {
        let fixture = try await CollectorFixture()
        let isEarly = Switch(true)
        let mailbox = FakeMailbox(mails(3)) { (ask, ids) throws(FakeMailbox.Fault) in
            if isEarly.isOn, ask.kind == .mime, ids == ["m0001"] { throw .status(404) }
        }
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(mailbox, [sink]) { $0.content = .mime }
        let first = try await collector.pass()
        #expect(first.gone == 0 && first.deferred == 1)
        isEarly.isOn = false
        fixture.clock.advance(by: .seconds(40_000))
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == mails(3).map(\.id))
    }

    @Test func takesNothingForNoMessage() async throws {
        let fixture = try await CollectorFixture()
        let nothing = FakeMailbox.Mail(id: "m0009", received: moment(9), text: "")
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(FakeMailbox(mails(3) + [nothing]), [sink]) {
            $0.content = .mime
        }
        #expect(try await collector.pass().deferred == 1)
        #expect(sink.ids.sorted() == mails(3).map(\.id))
    }

    @Test(arguments: MessageContent.allCases, [500, 503, 429, 403])
    func holdsAnOutageAgainstNoMessage(content: MessageContent, status: Int) async throws {
        let fixture = try await CollectorFixture()
        let isOut = Switch(true)
        let mailbox = FakeMailbox(mails(30)) { (_, _) throws(FakeMailbox.Fault) in
            if isOut.isOn { throw .status(status) }
        }
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(mailbox, [sink]) { $0.content = content }
        for _ in 0..<8 {
            await #expect(throws: CollectError.self) { try await collector.pass() }
            fixture.clock.advance(by: .seconds(40_000))
        }
        #expect(try await fixture.ledger.counts() == LedgerCounts())
        #expect(mailbox.asks.count <= 8 * 20, "few requests while it lasts")
        isOut.isOn = false
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == mails(30).map(\.id))
    }

    @Test func givesUpNoMessageWhileNoneCanBeFetched() async throws {
        let fixture = try await CollectorFixture()
        let isOut = Switch(true)
        let mailbox = FakeMailbox(mails(12)) { (ask, _) throws(FakeMailbox.Fault) in
            if isOut.isOn, ask.kind == .mime { throw .status(500) }
        }
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(mailbox, [sink]) { $0.content = .mime }
        for _ in 0..<10 {
            _ = try await collector.pass()
            fixture.clock.advance(by: .seconds(40_000))
        }
        var counts = LedgerCounts()
        counts.deferred = 12
        #expect(try await fixture.ledger.counts() == counts, "lists work, contents do not")
        isOut.isOn = false
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == mails(12).map(\.id))
        #expect(fixture.spool.left == 0)
    }

    @Test func loadsNothingOntoMessagesForASinkThatIsFull() async throws {
        let fixture = try await CollectorFixture()
        let isFull = Switch(true)
        let full = SinkError(sink: "b", reason: "no space left on device")
        let a = MemorySink("a", spool: fixture.spool)
        let b = MemorySink(
            "b", spool: fixture.spool, before: { (_) throws(SinkError) in if isFull.isOn { throw full } })
        let mailbox = FakeMailbox(mails(200))
        let collector = try fixture.collector(mailbox, [a, b]) { $0.content = .mime }
        for _ in 0..<7 {
            await #expect(throws: CollectError.sink(full)) { try await collector.pass() }
            fixture.clock.advance(by: .seconds(60))
        }
        #expect(try await fixture.ledger.counts() == LedgerCounts())
        #expect(Set(a.ids).count == a.ids.count, "what it has, it was not given again")
        isFull.isOn = false
        _ = try await collector.pass()
        #expect(a.ids.sorted() == mails(200).map(\.id))
        #expect(b.ids.sorted() == mails(200).map(\.id))
        #expect(fixture.spool.left == 0)
    }

    @Test func triesAgainWhereASinkSaysLaterAndAsksTheOthersNoMore() async throws {
        let fixture = try await CollectorFixture()
        let isBusy = Switch(true)
        let a = MemorySink("a")
        let b = MemorySink("b") { message in
            isBusy.isOn && message.id.text == "m0003" ? .deferred(reason: "busy") : .delivered
        }
        let collector = try fixture.collector(FakeMailbox(mails(6)), [a, b])
        #expect(try await collector.pass().deferred == 1)
        #expect(try await collector.pass().deferred == 0, "not due yet")
        fixture.clock.advance(by: .seconds(301))
        #expect(try await collector.pass().deferred == 1)
        #expect(b.asked.last?.first?.attempt == 1)
        isBusy.isOn = false
        fixture.clock.advance(by: .seconds(901))
        #expect(try await collector.pass().delivered == 1)
        #expect(a.ids.count == 6)
        #expect(a.ids.filter { $0 == "m0003" }.count == 1)
        #expect(b.ids.count == 6)
    }

    @Test func quarantinesWhatASinkRefusesAgainAndAgain() async throws {
        let fixture = try await CollectorFixture()
        let sink = MemorySink("rt") {
            $0.id.text == "m0001" ? .refused(reason: "exit status 65") : .delivered
        }
        let collector = try fixture.collector(FakeMailbox(mails(3)), [sink])
        for _ in 0..<8 {
            _ = try await collector.pass()
            fixture.clock.advance(by: .seconds(40_000))
        }
        let kept = try await fixture.ledger.quarantined(limit: 9, offset: 0)
        #expect(kept.map(\.reason) == ["rt: exit status 65"])
        #expect(sink.asked.joined().filter { $0.id.text == "m0001" }.map(\.attempt) == [0, 1, 2, 3, 4])
    }

    @Test func bringsAnotherTryWhereABodyWasCut() async throws {
        let fixture = try await CollectorFixture()
        let sink = MemorySink(spool: fixture.spool)
        let mailbox = FakeMailbox(mails(20)) { (ask, _) throws(FakeMailbox.Fault) in
            if ask.kind == .mime, ask.id == "m0004" { throw .broken }
        }
        let summary = try await fixture.collector(mailbox, [sink]) { $0.content = .mime }.pass()
        #expect(summary.deferred == 1)
        #expect(summary.delivered == 19)
    }
}
