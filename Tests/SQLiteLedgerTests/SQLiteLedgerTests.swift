import FoundationEssentials
import Glibc
import MailscopeKit
import Testing

@testable import SQLiteLedger

let owner = LedgerOwner(tenant: "contoso.test", mailbox: "Support@contoso.test", clientID: "app-1")

func ids(_ texts: String...) -> [MessageID] { texts.map { MessageID($0) } }

@Suite struct SQLiteLedgerTests {
    let scratch = ScratchDirectory()

    @Test func remembersEverythingOverARestart() async throws {
        let moment = Date(timeIntervalSince1970: 1_800_000_000)
        let cursor = CollectionCursor(
            receivedDateTime: "2026-11-22T09:30:00Z", isBackfilled: true, reconciled: moment,
            floor: "2026-01-01T00:00:00Z", origin: "since")
        do {
            let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
            #expect(try await ledger.cursor() == nil)
            try await ledger.commit(
                [
                    MessageRecord(id: MessageID("a"), receivedDateTime: "t1", state: .delivered),
                    MessageRecord(
                        id: MessageID("b"), receivedDateTime: "t2",
                        state: .deferred(reason: "busy", next: moment, attempts: 2, acknowledged: ["maildir"])
                    ),
                    MessageRecord(
                        id: MessageID("c"), receivedDateTime: nil,
                        state: .quarantined(reason: "odd", since: moment, attempts: 5, acknowledged: [])),
                    MessageRecord(id: MessageID("d"), receivedDateTime: nil, state: .gone),
                    MessageRecord(id: MessageID("e"), receivedDateTime: nil, state: .skipped),
                ], cursor: cursor)
            try await ledger.note(.lastError, "none such")
            try await ledger.book(RequestBooking(time: moment, count: 7))
            await ledger.close()
        }
        let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
        #expect(try await ledger.cursor() == cursor)
        #expect(try await ledger.unknown(among: ids("a", "x", "b", "c", "d", "e")) == ids("x"))
        #expect(try await ledger.note(.lastError) == "none such")
        #expect(try await ledger.note(.mailbox) == nil)
        #expect(try await ledger.bookings(since: moment) == [RequestBooking(time: moment, count: 7)])
        #expect(try await ledger.bookings(since: moment + 1) == [])
        #expect(try await ledger.due(at: moment - 1, limit: 9) == [])
        #expect(try await ledger.nextDue() == moment)
        #expect(
            try await ledger.due(at: moment, limit: 9)
                == [DeferredMessage(id: MessageID("b"), receivedDateTime: "t2", attempts: 2)])
        #expect(
            try await ledger.quarantined(limit: 9, offset: 0) == [
                QuarantinedMessage(
                    id: MessageID("c"), receivedDateTime: nil, reason: "odd", attempts: 5, since: moment)
            ])
        var counts = LedgerCounts()
        (counts.delivered, counts.deferred, counts.quarantined, counts.gone, counts.skipped) = (1, 1, 1, 1, 1)
        #expect(try await ledger.counts() == counts)
        try await ledger.forgetSkipped()
        #expect(try await ledger.unknown(among: ids("e")) == ids("e"))
        counts.skipped = 0
        #expect(try await ledger.counts() == counts)
    }

    @Test func tellsWhatAnUnfinishedOfferLeftBehind() async throws {
        let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
        let fresh = EarlierOffer(wasOffered: false, acknowledged: [], attempts: 0)
        #expect(
            try await ledger.offer(ids("a", "b")) == [MessageID("a"): fresh, MessageID("b"): fresh])
        #expect(try await ledger.unknown(among: ids("a")) == ids("a"))
        try await ledger.acknowledge(ids("a"), by: "maildir")
        #expect(
            try await ledger.offer(ids("a"))[MessageID("a")]
                == EarlierOffer(wasOffered: true, acknowledged: ["maildir"], attempts: 0))
        try await ledger.commit(
            [
                MessageRecord(
                    id: MessageID("a"), receivedDateTime: nil,
                    state: .deferred(
                        reason: "busy", next: .distantPast, attempts: 1, acknowledged: ["maildir", "lines"]))
            ], cursor: nil)
        #expect(
            try await ledger.offer(ids("a"))[MessageID("a")]
                == EarlierOffer(wasOffered: true, acknowledged: ["maildir", "lines"], attempts: 1))
        try await ledger.commit(
            [MessageRecord(id: MessageID("a"), receivedDateTime: nil, state: .delivered)], cursor: nil)
        #expect(try await ledger.unknown(among: ids("a", "b")) == ids("b"))
        #expect(try await ledger.cursor() == nil)
    }

    @Test func whatAWrongClockPutOffForYearsIsDue() async throws {
        let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let records = [("soon", 21_600.0), ("never", 1e8)].map { id, wait in
            MessageRecord(
                id: MessageID(id), receivedDateTime: nil,
                state: .deferred(reason: "busy", next: now + wait, attempts: 4, acknowledged: []))
        }
        try await ledger.commit(records, cursor: nil)
        #expect(try await ledger.due(at: now, limit: 9).map(\.id) == ids("never"))
    }

    @Test func retriesTheQuarantineBesideTheDaemon() async throws {
        let daemon = try await SQLiteLedger.open(scratch.path, owner: owner)
        let records = ["a", "b", "c"].map {
            MessageRecord(
                id: MessageID($0), receivedDateTime: nil,
                state: .quarantined(reason: "odd", since: .distantPast, attempts: 5, acknowledged: []))
        }
        try await daemon.commit(records, cursor: nil)
        let reader = try await SQLiteLedger.openForReading(scratch.path, owner: owner)
        #expect(try await reader.quarantined(limit: 2, offset: 1).map(\.id) == ids("b", "c"))
        let other = try await SQLiteLedger.openForRetry(scratch.path, owner: owner)
        #expect(try await other.retry(ids("b", "nobody")) == 1)
        #expect(try await daemon.due(at: Date(), limit: 9).map(\.id) == ids("b"))
        #expect(try await daemon.due(at: Date(), limit: 9).map(\.attempts) == [0])
        #expect(try await other.retry(nil) == 2)
        #expect(try await reader.counts().deferred == 3)
        await #expect(throws: LedgerError.self) { try await reader.note(.lastError, "x") }
    }

    @Test func refusesASecondProcessByName() async throws {
        let first = try await SQLiteLedger.open(scratch.path, owner: owner)
        let error = await #expect(throws: LedgerError.self) {
            try await SQLiteLedger.open(scratch.path, owner: owner)
        }
        #expect(error?.description.hasPrefix("\(scratch.path) is in use by ") == true)
        #expect(error?.description.contains(", process \(getpid()), since 20") == true)
        await first.close()
        _ = try await SQLiteLedger.open(scratch.path, owner: owner)
    }

    @Test func servesOneMailboxOnly() async throws {
        do {
            let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
            try await ledger.book(RequestBooking(time: Date(), count: 1))
            await ledger.close()
        }
        let sales = LedgerOwner(tenant: "contoso.test", mailbox: "sales@contoso.test", clientID: "app-1")
        await #expect(
            throws: LedgerError.otherMailbox(
                path: scratch.path + "/ledger.db", mailbox: "Support@contoso.test of tenant contoso.test")
        ) { try await SQLiteLedger.open(scratch.path, owner: sales) }
        let other = LedgerError.otherMailbox(
            path: scratch.path + "/ledger.db", mailbox: "Support@contoso.test of tenant contoso.test")
        await #expect(throws: other) { try await SQLiteLedger.openForReading(scratch.path, owner: sales) }
        await #expect(throws: other) { try await SQLiteLedger.openForRetry(scratch.path, owner: sales) }
        let otherApp = LedgerOwner(tenant: "CONTOSO.test", mailbox: "support@contoso.test", clientID: "app-2")
        let ledger = try await SQLiteLedger.open(scratch.path, owner: otherApp)
        #expect(try await ledger.bookings(since: .distantPast) == [])
    }

    @Test func keepsItsFilesToItself() async throws {
        let inner = scratch.path + "/a/b"
        let ledger = try await SQLiteLedger.open(inner, owner: owner)
        try await ledger.note(.lastError, "x")
        for (name, mode) in [("", 0o700), ("/ledger.db", 0o600), ("/ledger.db-wal", 0o600), ("/lock", 0o600)]
        {
            var facts = stat()
            #expect(stat(inner + name, &facts) == 0)
            #expect(Int(facts.st_mode) & 0o777 == mode, "\(name)")
        }
        await ledger.close()
        for name in ["/ledger.db", "/ledger.db-wal", "/ledger.db-shm", "/lock"] { unlink(inner + name) }
        rmdir(inner)
        rmdir(scratch.path + "/a")
    }

    @Test func survivesIdsOfAnyText() async throws {
        let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
        let odd = ids("a\u{0}b", "a", "'; DROP TABLE messages; --", "é", "AAk=", "aak=")
        for id in odd {
            try await ledger.commit(
                [
                    MessageRecord(
                        id: id, receivedDateTime: nil,
                        state: .quarantined(
                            reason: "r\u{0}s", since: .distantPast, attempts: 1, acknowledged: []))
                ], cursor: nil)
        }
        #expect(Set(try await ledger.quarantined(limit: 99, offset: 0).map(\.id)) == Set(odd))
        #expect(try await ledger.quarantined(limit: 1, offset: 0).first?.reason == "r\u{0}s")
    }
}
