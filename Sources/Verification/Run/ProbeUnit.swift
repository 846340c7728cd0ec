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
    /// What the controls with the same token had shown when it began.
    let began: ControlState
    /// It was throttled to the end, and so was all else for as long.
    var isDry = false

    var isReadable: Bool { findings.contains { $0.answer == .readable } }

    /// As it stands in the report where no control vouches for its denials, and why.
    func withoutControl(_ reason: String? = nil) -> ProbedUnit {
        var copy = self
        for index in copy.findings.indices {
            if copy.findings[index].answer == .denied {
                copy.findings[index].answer = .inconclusive
                copy.findings[index].doubt = .noControl
                copy.findings[index].way = nil
                copy.findings[index].detail = reason
            } else if copy.findings[index].doubt == .tokenRefused {
                copy.findings[index].detail = reason ?? copy.findings[index].detail
            }
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
