import FoundationEssentials

/// The first line of a journal: whose answers these are.
struct JournalHead: Codable, Equatable {
    var journal = "mailscope.verify-scope.journal/1"
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
}

/// The last line of a journal whose run came to its end: the next run begins anew.
struct JournalEnd: Codable {
    var end: Date
}
