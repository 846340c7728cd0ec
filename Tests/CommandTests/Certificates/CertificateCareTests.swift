import FoundationEssentials
import MailscopeKit
import SQLiteLedger
import TestSupport
import Testing

@testable import mailscope

@Suite struct CertificateCareTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)
    private static let day: TimeInterval = 86_400

    private let folder: TemporaryFolder
    private let clock = ManualClock(now: start)
    private let log = CollectingLog()
    private let ledger: SQLiteLedger

    init() async throws {
        folder = try TemporaryFolder()
        ledger = try await SQLiteLedger.open(
            folder.path, owner: LedgerOwner(tenant: "t", mailbox: "m", clientID: "c"), clock: clock)
    }

    private func facts(_ byte: UInt8, days: Int) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=\(byte)", notBefore: Self.start - Self.day,
            notAfter: Self.start + TimeInterval(days) * Self.day,
            sha1: [UInt8](repeating: byte, count: 20), sha256: [UInt8](repeating: byte, count: 32),
            keyBits: 3_072)
    }

    private func care(days: Int = 300, next: Int? = nil) async throws -> CertificateCare {
        try await CertificateCare(
            current: facts(0xaa, days: days), next: next.map { facts(0xbb, days: $0) }, ledger: ledger,
            clock: clock, log: log.log)
    }

    private func remembered() async throws -> NextCertificate? {
        try await ledger.note(.nextCertificate).flatMap { NextCertificate($0) }
    }

    private let refused = NextCertificateAnswer.refused(.signing(SigningError("no")))

    @Test func saysOnceThatTheNextIsNotTakenYet() async throws {
        let care = try await care(next: 400)
        for _ in 0..<5 {
            care.hear(refused)
            await care.look()
        }
        #expect(
            log.messages == ["the directory does not take the next certificate yet, the current one is used"])
        let again = try await self.care(next: 400)
        again.hear(refused)
        #expect(log.messages.count == 1, "nor after a restart")
        #expect(try await remembered()?.standing == .refused)
    }

    @Test func saysWhenTheCurrentOneMayGo() async throws {
        let care = try await care(next: 400)
        care.hear(.accepted)
        care.hear(.accepted)
        #expect(
            log.messages == [
                "the directory takes the next certificate; leave the current one in place for now"
            ])
        clock.advance(by: .seconds(3_599))
        care.hear(.accepted)
        #expect(log.messages.count == 1)
        clock.advance(by: .seconds(1))
        care.hear(.accepted)
        #expect(log.messages.count == 2)
        #expect(log.messages.last?.hasPrefix("the current certificate may go: ") == true)
        await care.look()
        #expect(try await remembered()?.standing == .settled)
        #expect(try await remembered()?.since == Self.start)
    }

    @Test func beginsAnewWhereServersOfTheDirectoryDisagree() async throws {
        let care = try await care(next: 400)
        care.hear(.accepted)
        clock.advance(by: .seconds(3_000))
        care.hear(refused)
        care.hear(.accepted)
        clock.advance(by: .seconds(3_000))
        care.hear(.accepted)
        await care.look()
        #expect(try await remembered()?.standing == .accepted)
        #expect(
            log.messages[1] == "the directory takes the next certificate no more, the current one is used")
    }

    @Test func forgetsTheNextOnceItIsGoneFromTheConfiguration() async throws {
        try await care(next: 400).hear(.accepted)
        _ = try await care()
        #expect(try await ledger.note(.nextCertificate) == nil)
    }

    @Test func warnsOnceADayFromThirtyDaysOn() async throws {
        let care = try await care(days: 31)
        await care.look()
        #expect(log.messages == [])
        var hours: [Int] = []
        for hour in 1...(31 * 24) {
            clock.step(by: .seconds(3_600))
            let before = log.messages.count
            await care.look()
            if log.messages.count > before { hours.append(hour) }
        }
        #expect(hours.first == 25, "with 29 days and 23 hours left")
        #expect(zip(hours, hours.dropFirst()).allSatisfy { $1 - $0 == 24 })
        let warnings = hours.count
        let again = try await self.care(days: 31)
        await again.look()
        #expect(log.messages.count == warnings, "nor again after a restart")
        #expect(
            log.messages.allSatisfy {
                $0.hasPrefix("the certificate expires soon; 'mailscope certificate renew'")
            })
        clock.step(by: .seconds(86_400))
        await again.look()
        #expect(log.messages.last?.hasPrefix("the certificate has expired") == true)
    }

    @Test func warnsAgainWhereTheClockWasSetBack() async throws {
        let care = try await care(days: 5)
        await care.look()
        clock.step(by: .seconds(-7_200))
        await care.look()
        #expect(log.messages.count == 2)
    }

    @Test(
        arguments: [
            (300, nil, "untried", CertificateOutlook.fine), (29, nil, "untried", .renew(daysLeft: 29)),
            (30, nil, "untried", .fine), (0, nil, "untried", .renew(daysLeft: 0)),
            (-1, nil, "untried", .expired),
            (29, 400, "untried", .upload(daysLeft: 29)), (29, 400, "refused", .upload(daysLeft: 29)),
            (29, 400, "accepted", .finish), (-1, 400, "settled", .finish), (-1, 400, "refused", .expired),
            (300, 400, "accepted", .fine), (300, 20, "accepted", .renew(daysLeft: 20)),
            (-9, -1, "accepted", .expired),
        ] as [(Int, Int?, String, CertificateOutlook)])
    func judgesWhatIsNeeded(
        days: Int, next: Int?, standing: String, expected: CertificateOutlook
    ) throws {
        // Half a day more: days left are rounded down.
        let now = Self.start - Self.day / 2
        let text = next.map {
            "\(String(repeating: "B", count: 40)) \(standing) 2027-01-01T00:00:00Z "
                + UTCMoment.text(Self.start + TimeInterval($0) * Self.day)
        }
        let outlook = CertificateOutlook(
            currentNotAfter: Self.start + TimeInterval(days) * Self.day,
            next: try text.map { try #require(NextCertificate($0)) }, now: now)
        #expect(outlook == expected)
    }
}

extension CollectingLog {
    fileprivate var messages: [String] { records.map(\.message) }
}
