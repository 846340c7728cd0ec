import FoundationEssentials
import MailscopeKit
import Synchronization
import TestSupport
import Testing

/// What the service is known to do wrong, and what a hostile one might.
@Suite struct OddServiceTests {
    @Test(arguments: MessageContent.allCases)
    func losesNothingWhenEveryLinkIsForgotten(content: MessageContent) async throws {
        let fixture = try await CollectorFixture()
        let all = mails(200, step: 3) + (0..<120).map { mail(500 + $0, at: 100) }
        let mailbox = FakeMailbox(all, bend: { _, _, next in next = nil })
        let sink = MemorySink(spool: fixture.spool)
        _ = try await fixture.collector(mailbox, [sink]) { $0.content = content }.pass()
        #expect(sink.ids.sorted() == all.map(\.id).sorted())
    }

    @Test func goesOnOverShortAndEmptyPages() async throws {
        let fixture = try await CollectorFixture()
        let empty = Mutex(0)
        let mailbox = FakeMailbox(
            mails(100),
            bend: { ask, page, next in
                let count = empty.withLock {
                    $0 += 1
                    return $0
                }
                guard next != nil else { return }
                if count % 3 == 0 {
                    page = []
                    // The link leads to what this page should have held.
                    next = next?.replacing("skip=\(ask.skip + ask.top)", with: "skip=\(ask.skip)&n=\(count)")
                } else {
                    let kept = max(1, page.count / 2)
                    next = next?.replacing("skip=\(ask.skip + page.count)", with: "skip=\(ask.skip + kept)")
                    page = Array(page.prefix(kept))
                }
            })
        let sink = MemorySink()
        _ = try await fixture.collector(mailbox, [sink]).pass()
        #expect(sink.ids.sorted() == mails(100).map(\.id))
    }

    @Test(arguments: [true, false])
    func trustsOnlyTheWholeWalkWhenPagesAreNotInOrder(failsOnTheWay: Bool) async throws {
        let fixture = try await CollectorFixture()
        let isFailing = Switch(failsOnTheWay)
        let shuffled = mails(300).enumerated().map { ($0.offset * 7919 % 300, $0.element) }
            .sorted { $0.0 < $1.0 }.map(\.1)
        let mailbox = FakeMailbox(
            shuffled,
            fault: { (ask, _) throws(FakeMailbox.Fault) in
                if isFailing.isOn, ask.skip > 200 { throw .status(429) }
            },
            bend: { ask, page, next in
                // Order and keyset filter are silently ignored.
                var all = ask
                all.isOrdered = false
                let rest = Array(shuffled.dropFirst(ask.skip))
                page = Array(rest.prefix(ask.top))
                next =
                    rest.count > ask.top
                    ? "\(FakeMailbox.root)/v1.0/users/a@contoso.test/messages?top=\(ask.top)&skip=\(ask.skip + ask.top)&whole=\(ask.isWhole)"
                    : nil
            }
        )
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink])
        if failsOnTheWay {
            await #expect(throws: CollectError.self) { try await collector.pass() }
            #expect(try await fixture.ledger.cursor()?.receivedDateTime == nil, "not moved")
            isFailing.isOn = false
        }
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == mails(300).map(\.id))
    }

    @Test(arguments: [0, 1])
    func noticesAServiceThatLeadsInACircle(kind: Int) async throws {
        let fixture = try await CollectorFixture()
        let count = Mutex(0)
        let mailbox = FakeMailbox(
            (0..<20).map { mail($0, at: 5) },
            bend: { _, page, next in
                let number = count.withLock {
                    $0 += 1
                    return kind == 0 ? 0 : $0
                }
                next = "\(FakeMailbox.root)/v1.0/users/a@contoso.test/messages?top=10&skip=0&n=\(number)"
            })
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink])
        do {
            _ = try await collector.pass()
            Issue.record("it never ended")
        } catch {
            guard case .circling = error else { throw error }
        }
        #expect(mailbox.asks.count < 20)
        #expect(sink.ids.count >= 10, "what came was delivered")
    }

    @Test func endsSafelyAtAForeignLink() async throws {
        let fixture = try await CollectorFixture()
        let isHostile = Switch(true)
        let mailbox = FakeMailbox(
            mails(300),
            bend: { ask, _, next in
                if isHostile.isOn, ask.from >= moment(40), next != nil { next = "https://evil.test/steal" }
            })
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink])
        do {
            _ = try await collector.pass()
            Issue.record("the link was not noticed")
        } catch {
            guard case .mailbox(.scope(.foreignLink)) = error else { throw error }
        }
        #expect(try await fixture.ledger.note(.lastError)?.contains("evil.test") == true)
        #expect(try await fixture.ledger.note(.failingSince) == "2026-11-22T12:00:00Z")
        isHostile.isOn = false
        _ = try await collector.pass()
        #expect(sink.ids.sorted() == mails(300).map(\.id))
        #expect(try await fixture.ledger.note(.lastError) == nil)
    }

    @Test func walksOnWhileMailIsDeleted() async throws {
        let fixture = try await CollectorFixture()
        let all = mails(400)
        let number = Mutex(0)
        let box = Mutex<FakeMailbox?>(nil)
        let mailbox = FakeMailbox(all) { (ask, ids) throws(FakeMailbox.Fault) in
            guard ask.kind == .list else { return }
            let n = number.withLock {
                $0 += 1
                return $0
            }
            // What was listed goes; with links by number the next page would jump over as many.
            for id in ids.prefix(n % 2 == 0 ? 9 : 0) { box.withLock { $0 }?.remove(id) }
        }
        box.withLock { $0 = mailbox }
        let sink = MemorySink()
        _ = try await fixture.collector(mailbox, [sink]).pass()
        #expect(Set(sink.ids).isSuperset(of: mailbox.mails.map(\.id)))
    }

    @Test(arguments: [1, 60])
    func endsAtTheLastSecondThatCanBeWritten(count: Int) async throws {
        let fixture = try await CollectorFixture()
        let last = (0..<count).map {
            FakeMailbox.Mail(id: "z\($0)", received: "9999-12-31T23:59:59Z", text: "odd")
        }
        let mailbox = FakeMailbox(mails(3) + last, bend: { _, _, next in next = nil })
        let sink = MemorySink()
        let collector = try fixture.collector(mailbox, [sink])
        _ = try await collector.pass()
        #expect(sink.ids.count == 3 + count)
        let noon = Int(CollectorFixture.noon.timeIntervalSince1970) - 1_795_132_800
        mailbox.add(mail(5, at: noon + 5))
        _ = try await collector.pass()
        #expect(sink.ids.count == 4 + count)
    }
}
