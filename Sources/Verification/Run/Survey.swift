import MailscopeKit

/// One reading of the whole list before the first request: what there is to ask, and a digest that binds a journal to it.
struct Survey {
    private(set) var mailboxes = 0
    private(set) var leftOut = 0
    /// Names that were left out because the list says that they are an open mailbox's; the first ones.
    private(set) var leftOutNames: [String] = []
    /// Those of them that nothing but an address speaks for; the first ones.
    private(set) var doubtfulNames: [String] = []
    static let nameLimit = 20
    private(set) var probes = 0
    private(set) var names: [String: Int] = [:]
    /// Given by an address only: other addresses may lead to them as well.
    private(set) var withoutObjectID = 0
    /// Whose existence nobody but the service could tell.
    private(set) var unconfirmed = 0
    private(set) var withoutArchive = 0
    /// Whose proxy addresses nobody gave.
    private(set) var withoutAddresses = 0
    private(set) var digest = ""
    /// Of all that was read, for telling within this process whether a later reading is of the same list.
    private(set) var fingerprint = 0

    init(
        _ plan: ProbePlan, _ source: any ClosedMailboxSource, open: OpenMailboxes, digest hash: PlanDigest
    ) async throws(VerificationError) {
        var hash = hash
        var hasher = Hasher()
        // Fields are ended by a character that none of them holds.
        func field(_ text: String) -> String { text + "\u{1f}" }
        hash.update(field("1") + field(plan.graphRoot) + field(plan.tenant) + field(plan.clientID))
        hash.update(
            field(plan.doors.map(\.rawValue).joined(separator: ",")) + field("\(plan.probesArchives)"))
        hash.update(field("\(plan.rounds)") + plan.open.map { field($0.key) }.joined() + "\u{1e}")
        do throws(ClosedListError) {
            let reader = try await source.open()
            while let row = try await reader.next() {
                hasher.combine(row)
                let mailbox: ClosedMailbox
                switch try open.place(row, of: source.name) {
                case .closed(let closed): mailbox = closed
                case .open(let others, let isVouchedFor):
                    leftOut += 1
                    if !isVouchedFor { doubtfulNames += others.prefix(Self.nameLimit - doubtfulNames.count) }
                    leftOutNames += others.prefix(Self.nameLimit - leftOutNames.count)
                    continue
                }
                let all = mailbox.names(archiveTenant: plan.archiveTenant)
                mailboxes += 1
                probes += all.count * plan.doors.count
                for name in all { names[name.kind.rawValue, default: 0] += 1 }
                hash.update(all.map { field($0.text) }.joined() + "\u{1e}")
                if mailbox.objectID == nil { withoutObjectID += 1 }
                if !mailbox.namesAllAddresses { withoutAddresses += 1 }
                if mailbox.archiveID == nil { withoutArchive += 1 }
                if !mailbox.isKnownToExist { unconfirmed += 1 }
            }
        } catch {
            throw .list(error)
        }
        digest = hash.text
        fingerprint = hasher.finalize()
    }
}
