import FoundationEssentials
import MailscopeKit
import SQLiteLedger
import TestSupport

/// A collector over a fake mailbox and a real ledger, on a clock that never waits.
struct CollectorFixture {
    private let folder = MemoryFolder()
    let ledger: any Ledger
    let clock: ManualClock
    let spool = MemorySpool()

    /// 2026-11-22T12:00:00Z.
    static let noon = Date(timeIntervalSince1970: 1_795_348_800)

    init() async throws {
        clock = ManualClock(now: Self.noon, sleeping: .advances)
        let owner = LedgerOwner(tenant: "contoso.test", mailbox: "a@contoso.test", clientID: "app")
        ledger = try await SQLiteLedger.open(folder.path, owner: owner)
    }

    func collector(
        _ mailbox: FakeMailbox, _ sinks: [any MessageSink], ledger: (any Ledger)? = nil,
        log: Log = .silent, _ change: (inout CollectionSettings) -> Void = { _ in },
        progress: @escaping @Sendable (CollectionProgress) -> Void = { _ in },
        isEnding: @escaping @Sendable () -> Bool = { false }
    ) throws -> Collector {
        var settings = CollectionSettings()
        settings.content = .json
        change(&settings)
        let mail = GraphMail(
            scope: try MailboxScope(root: FakeMailbox.root, mailbox: "a@contoso.test"), transport: mailbox,
            tokens: FixedToken(), gate: RequestGate(ledger: nil, clock: clock), clock: clock, log: log,
            random: { 0.5 })
        return Collector(
            mail: mail, ledger: ledger ?? self.ledger, sinks: sinks, spool: spool, settings: settings,
            clock: clock, log: log, progress: progress, isEnding: isEnding)
    }
}

/// A folder in memory where the host has such a place: hundreds of commits a test need not wait for a disk.
final class MemoryFolder: Sendable {
    let path: String

    init() {
        let memory = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
        path = memory + "/mailscope-" + UUID().uuidString
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// `2026-11-20T00:00:00Z` and so many seconds.
func moment(_ second: Int) -> String {
    GraphTime.text(Date(timeIntervalSince1970: 1_795_132_800 + Double(second)))
}

/// `m000`, `m001`, …, one each `step` seconds.
func mails(_ count: Int, step: Int = 1) -> [FakeMailbox.Mail] {
    (0..<count).map { mail($0, at: $0 * step) }
}

func mail(_ number: Int, at second: Int) -> FakeMailbox.Mail {
    let digits = String(number)
    let id = "m" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return FakeMailbox.Mail(id: id, received: moment(second), text: "mail \(number)")
}
