import FoundationEssentials

/// What was found of each mailbox over the rounds of one attempt: a byte for each, details for some.
struct Tally {
    /// By index; ``unseen`` until the mailbox was settled once.
    private var states: [UInt8]
    private var details: [Int: MailboxFinding] = [:]
    private var listed = MailboxCounts()
    private(set) var probes = ProbeCounts()
    /// Why probes proved nothing.
    private(set) var doubts: [ProbeFinding.Doubt: Int] = [:]
    private static let unseen: UInt8 = 255

    init(mailboxes: Int) { states = [UInt8](repeating: Self.unseen, count: mailboxes) }

    mutating func addVoided(_ count: Int) { probes.voided += count }

    /// Adds one round's answers of one mailbox. Counts without answers come from a journal.
    mutating func add(_ finding: MailboxFinding, counts: ProbeCounts) {
        probes.add(counts)
        for probe in finding.probes { if let doubt = probe.doubt { doubts[doubt, default: 0] += 1 } }
        let index = finding.index
        let known: MailboxFinding.State? =
            states[index] == Self.unseen
            ? nil : MailboxFinding.State.allCases.first { $0.rank == Int(states[index]) }
        let state = Swift.max(known ?? .closed, finding.state)
        states[index] = UInt8(state.rank)
        if let old = details[index] {
            listed[old.state] -= 1
            var merged = old
            merged.probes = Self.merge(old.probes, finding.probes)
            merged.state = state
            details[index] = merged
            listed[state] += 1
        } else if listed[state] < Self.limit(state) {
            var finding = finding
            finding.state = state
            details[index] = finding
            listed[state] += 1
        }
    }

    /// The worst of each name and door; of two that are alike the later one.
    private static func merge(_ old: [ProbeFinding], _ new: [ProbeFinding]) -> [ProbeFinding] {
        guard old.count == new.count else { return old.isEmpty ? new : old }
        return zip(old, new).map { $0.answer > $1.answer ? $0 : $1 }
    }

    private static func limit(_ state: MailboxFinding.State) -> Int {
        state == .closed ? VerificationReport.closedDetailLimit : VerificationReport.detailLimit
    }

    var counts: MailboxCounts {
        var counts = MailboxCounts()
        for state in states {
            switch Int(state) {
            case MailboxFinding.State.closed.rank: counts.closed += 1
            case MailboxFinding.State.breach.rank: counts.breach += 1
            // What was never settled was not proven.
            default: counts.inconclusive += 1
            }
        }
        return counts
    }

    /// Breaches first.
    var findings: [MailboxFinding] {
        details.values.sorted { a, b in a.state == b.state ? a.index < b.index : a.state > b.state }
    }

    var unlisted: MailboxCounts {
        var rest = counts
        for state in MailboxFinding.State.allCases { rest[state] -= listed[state] }
        return rest
    }
}

extension MailboxCounts {
    subscript(state: MailboxFinding.State) -> Int {
        get {
            switch state {
            case .closed: closed
            case .inconclusive: inconclusive
            case .breach: breach
            }
        }
        set {
            switch state {
            case .closed: closed = newValue
            case .inconclusive: inconclusive = newValue
            case .breach: breach = newValue
            }
        }
    }
}
