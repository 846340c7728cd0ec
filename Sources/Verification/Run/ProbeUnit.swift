/// One mailbox in one round, on its way through the lanes.
struct ProbeUnit: Sendable {
    let index: Int
    let mailbox: ClosedMailbox
    /// How often its answers became void.
    var repeats = 0
}

/// Its answers, not yet believed.
struct ProbedUnit: Sendable {
    var unit: ProbeUnit
    var findings: [ProbeFinding]
    /// Graph refused the token in between.
    var isTokenRefused: Bool
    /// A control with the same token had held when it began.
    let beganHeld: Bool

    var isReadable: Bool { findings.contains { $0.answer == .readable } }

    /// As it stands in the report where no control vouches for its denials.
    func withoutControl() -> ProbedUnit {
        var copy = self
        for index in copy.findings.indices where copy.findings[index].answer == .denied {
            copy.findings[index].answer = .inconclusive
            copy.findings[index].doubt = .noControl
            copy.findings[index].way = nil
        }
        return copy
    }

    var finding: MailboxFinding {
        MailboxFinding(
            index: unit.index, label: unit.mailbox.label, objectID: unit.mailbox.objectID,
            recipientType: unit.mailbox.recipientType, isKnownToExist: unit.mailbox.isKnownToExist,
            state: MailboxFinding.State(worst: findings), probes: findings)
    }
}
