import FoundationEssentials

/// The first line of a journal: whose answers these are.
struct JournalHead: Codable, Equatable {
    var journal = "mailscope.verify-scope.journal/2"
    /// Of the plan, its list of mailboxes included.
    var plan: String
    var clientID: String
    var tenant: String
}

/// One mailbox in one round, settled.
struct JournalEntry: Codable {
    var round: Int
    var finding: MailboxFinding
    /// What was counted, for ``finding`` may leave out its probes.
    var counts: ProbeCounts
    var oldest: Date
    var newest: Date

    /// Whether it can be what this program wrote: no number of a line may stop the run.
    var isSound: Bool {
        let numbers = [
            counts.denied, counts.deniedByPolicy, counts.notGranted, counts.inconclusive, counts.readable,
            counts.voided,
        ]
        guard numbers.allSatisfy((0...1_000_000).contains), round > 0, oldest <= newest else { return false }
        let probes = finding.probes
        guard probes.isEmpty || finding.state == MailboxFinding.State(worst: probes) else { return false }
        switch finding.state {
        case .closed: return counts.denied > 0 && counts.readable == 0 && counts.inconclusive == 0
        case .breach: return counts.readable > 0
        case .inconclusive: return false
        }
    }
}

/// The last line of a journal whose run came to its end: the next run begins anew.
struct JournalEnd: Codable {
    var end: Date
}
