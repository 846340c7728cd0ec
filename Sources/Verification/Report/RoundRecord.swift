package import FoundationEssentials

/// One round over all closed mailboxes.
package struct RoundRecord: Codable, Sendable, Equatable {
    /// Which try of `--wait`, from 1; only the last one counts for the verdict.
    package var attempt: Int
    /// From 1 in each attempt.
    package var round: Int
    package var started: Date
    package var ended: Date
    package var mailboxes: MailboxCounts
    package var probes: ProbeCounts
    package var controlsHeld: Int
    package var controlsFailed: Int
}

/// Closed mailboxes by what was found.
package struct MailboxCounts: Codable, Sendable, Equatable {
    package var closed = 0
    package var inconclusive = 0
    package var breach = 0

    package var total: Int { closed + inconclusive + breach }

    package init() {}
}

/// Probes by what they found. A probe is one name by one door; tries are not counted.
package struct ProbeCounts: Codable, Sendable, Equatable {
    package var denied = 0
    /// Of ``denied``: by an access policy.
    package var deniedByPolicy = 0
    /// Denied where the open mailbox is denied as well.
    package var notGranted = 0
    package var readable = 0
    package var inconclusive = 0
    /// Made, and made again because the token changed or a control did not hold.
    package var voided = 0

    package var total: Int { denied + notGranted + readable + inconclusive }

    package init() {}

    mutating func add(_ finding: ProbeFinding) {
        switch finding.answer {
        case .denied:
            denied += 1
            if finding.way == .accessPolicy { deniedByPolicy += 1 }
        case .notGranted: notGranted += 1
        case .readable: readable += 1
        case .inconclusive: inconclusive += 1
        }
    }

    mutating func add(_ other: ProbeCounts) {
        denied += other.denied
        deniedByPolicy += other.deniedByPolicy
        notGranted += other.notGranted
        readable += other.readable
        inconclusive += other.inconclusive
        voided += other.voided
    }
}
