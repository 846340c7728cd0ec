import FoundationEssentials
import MailscopeKit
import TestSupport
import Testing

@Suite struct CollectorTests {
    @Test(arguments: MessageContent.allCases)
    func deliversEveryMessageOnceAndThenNothingMore(content: MessageContent) async throws {
        let fixture = try await CollectorFixture()
        let mailbox = FakeMailbox(mails(700))
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(mailbox, [sink]) { $0.content = content }
        let first = try await collector.pass()
        #expect(first.delivered == 700)
        #expect(sink.ids.sorted() == mailbox.mails.map(\.id))
        for mail in mailbox.mails {
            let expected = content == .mime ? FakeMailbox.mime(mail) : FakeMailbox.element(mail)
            #expect(sink.texts[mail.id] == expected)
        }
        #expect(try await fixture.ledger.cursor()?.receivedDateTime == moment(699))
        #expect(try await fixture.ledger.counts().delivered == 700)
        #expect(sink.asked.joined().allSatisfy { !$0.mayBeRepeated && $0.attempt == 0 })
        #expect(fixture.spool.left == 0)
        #expect(mailbox.mostInFlight <= 4)
        if content == .mime { #expect(mailbox.mostInFlight == 4) }
        mailbox.forgetAsks()
        let second = try await collector.pass()
        #expect(second.delivered == 0)
        #expect(mailbox.asks.count == 2, "one look ahead, one behind")
    }

    @Test func takesNewMailInTheNextPass() async throws {
        let fixture = try await CollectorFixture()
        let mailbox = FakeMailbox(mails(3))
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink])
        _ = try await collector.pass()
        mailbox.add(mail(3, at: 2), mail(4, at: 900))
        _ = try await collector.pass()
        #expect(sink.ids == ["m0000", "m0001", "m0002", "m0003", "m0004"])
    }

    @Test(arguments: MessageContent.allCases)
    func tellsAStormOfOneSecondApart(content: MessageContent) async throws {
        let fixture = try await CollectorFixture()
        let storm = (0..<1500).map { mail($0, at: 5) } + [mail(9000, at: 4), mail(9001, at: 6)]
        let mailbox = FakeMailbox(storm)
        let sink = MemorySink(spool: fixture.spool)
        let collector = try fixture.collector(mailbox, [sink]) {
            $0.content = content
            $0.pageBytes = 2000
        }
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == storm.map(\.id).sorted())
    }

    @Test func catchesMailThatArrivedLateWithAnOlderDate() async throws {
        let fixture = try await CollectorFixture()
        let mailbox = FakeMailbox(mails(10, step: 600))
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink])
        _ = try await collector.pass()
        mailbox.add(mail(20, at: 5000))
        let soon = try await collector.pass()
        #expect(soon.delivered == 1, "within the overlap")
        mailbox.add(mail(21, at: 10))
        #expect(try await collector.pass().delivered == 0)
        fixture.clock.advance(by: .seconds(86_400))
        let daily = try await collector.pass()
        #expect(daily.delivered == 1)
        #expect(daily.isReconciled)
        #expect(sink.texts["m0021"] == FakeMailbox.element(mail(21, at: 10)), "the shape of all others")
        #expect(try await fixture.ledger.cursor()?.receivedDateTime == moment(5400))
    }

    @Test func beginsWhereTheOwnerSays() async throws {
        let fixture = try await CollectorFixture()
        let mailbox = FakeMailbox(mails(10))
        let sink = MemorySink()
        _ = try await fixture.collector(mailbox, [sink]) { $0.start = .since(moment(5)) }.pass()
        #expect(sink.ids == ["m0005", "m0006", "m0007", "m0008", "m0009"])
        fixture.clock.advance(by: .seconds(90_000))
        _ = try await fixture.collector(mailbox, [sink]) { $0.start = .since(moment(5)) }.pass()
        #expect(sink.ids.count == 5, "comparing all ids brings nothing older")
        _ = try await fixture.collector(mailbox, [sink]) { $0.start = .all }.pass()
        #expect(sink.ids.count == 10, "asked for more of the past")
        _ = try await fixture.collector(mailbox, [sink]) { $0.start = .since(moment(7)) }.pass()
        #expect(sink.ids.count == 10)
    }

    @Test func beginsNow() async throws {
        let fixture = try await CollectorFixture()
        let now = Int(CollectorFixture.noon.timeIntervalSince1970) - 1_795_132_800
        let mailbox = FakeMailbox([mail(0, at: now - 5000), mail(1, at: now - 60), mail(2, at: now)])
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink]) { $0.start = .now }
        let first = try await collector.pass()
        #expect(sink.ids == ["m0002"])
        #expect(first.skipped == 1)
        mailbox.add(mail(3, at: now - 30), mail(4, at: now + 30))
        fixture.clock.advance(by: .seconds(90_000))
        let second = try await collector.pass()
        #expect(second.isReconciled)
        #expect(sink.ids.sorted() == ["m0002", "m0003", "m0004"], "late mail, but nothing of before")
    }

    @Test func isNotLedAstrayByADateInTheFuture() async throws {
        let fixture = try await CollectorFixture()
        var odd = mail(7, at: 0)
        odd.received = "2099-01-01T00:00:00Z"
        let mailbox = FakeMailbox(mails(3) + [odd])
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink])
        _ = try await collector.pass()
        #expect(sink.ids.count == 4)
        fixture.clock.advance(by: .seconds(3600))
        let later = Int(CollectorFixture.noon.timeIntervalSince1970) - 1_795_132_800 + 1800
        mailbox.add(mail(8, at: later))
        _ = try await collector.pass()
        #expect(sink.ids.count == 5)
    }

    @Test(arguments: MessageContent.allCases)
    func tellsHowFarItIs(content: MessageContent) async throws {
        let fixture = try await CollectorFixture()
        let mailbox = FakeMailbox(mails(300, step: 600))
        let seen = ProgressLog()
        let sink = MemorySink(spool: fixture.spool)
        _ = try await fixture.collector(mailbox, [sink], { $0.content = content }, progress: { seen.add($0) })
            .pass()
        let walking = seen.all.filter { $0.stage == .walking }
        #expect(walking.compactMap(\.fraction).last == 1)
        let middle = walking.last { ($0.fraction ?? 0) < 0.5 }
        if content == .mime {
            #expect(abs((middle?.summary.delivered ?? 0) - 150) < 75, "half is about half of the messages")
        }
        #expect(walking.last?.summary.delivered == 300)
        let fractions = walking.compactMap(\.fraction)
        #expect(fractions == fractions.sorted())
        #expect(try await fixture.ledger.note(.lastPassFinished) == "2026-11-22T12:00:00Z")
    }

    @Test func recordsWhatWasDeletedOnTheWay() async throws {
        let fixture = try await CollectorFixture()
        let once = Once()
        let ghost = mail(2, at: 2)
        let listed = FakeMailbox(
            mails(5).filter { $0.id != "m0002" },
            bend: { ask, page, _ in
                // Listed once, gone when it is fetched.
                if once() { page.append(ghost) }
                page.sort { $0.received < $1.received }
            })
        let sink = MemorySink(spool: fixture.spool)
        let summary = try await fixture.collector(listed, [sink]) { $0.content = .mime }.pass()
        #expect(summary.gone == 1)
        #expect(sink.ids.count == 4)
        #expect(try await fixture.ledger.counts().gone == 1)
    }
}
