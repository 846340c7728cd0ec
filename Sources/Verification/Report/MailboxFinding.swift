/// What all probes of one closed mailbox found together, over all rounds.
package struct MailboxFinding: Codable, Sendable, Equatable {
    /// The mailbox is closed only where all its names and doors are.
    package enum State: String, Codable, Sendable, CaseIterable {
        case closed
        case inconclusive
        case breach
    }

    /// Its place in the list, from 0.
    package var index: Int
    /// What people call it: an address where one is known.
    package var label: String
    package var objectID: String?
    /// As Exchange writes it: `SharedMailbox`.
    package var recipientType: String?
    package var isKnownToExist: Bool
    package var state: State
    /// One for each name and door: the worst of all rounds. May be empty where the answers were taken over from an
    /// interrupted run.
    package var probes: [ProbeFinding]

    package init(
        index: Int, label: String, objectID: String?, recipientType: String?, isKnownToExist: Bool,
        state: State, probes: [ProbeFinding]
    ) {
        self.index = index
        self.label = label
        self.objectID = objectID
        self.recipientType = recipientType
        self.isKnownToExist = isKnownToExist
        self.state = state
        self.probes = probes
    }

    /// Those that were readable.
    package var breaches: [ProbeFinding] { probes.filter { $0.answer == .readable } }
}

extension MailboxFinding.State: Comparable {
    var rank: Int {
        switch self {
        case .closed: 0
        case .inconclusive: 1
        case .breach: 2
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    init(worst answers: [ProbeFinding]) {
        switch answers.map(\.answer).max() {
        case .denied?: self = .closed
        // Something must have been proven.
        case .notGranted?: self = answers.contains { $0.answer == .denied } ? .closed : .inconclusive
        case .readable?: self = .breach
        case .inconclusive?, nil: self = .inconclusive
        }
    }
}
