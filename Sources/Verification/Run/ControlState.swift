import MailscopeKit

/// What the newest controls have shown of one token.
struct ControlState: Sendable {
    /// What the open mailbox says at a door that another permission than mail's opens.
    enum Door: Sendable {
        /// Readable: what is denied there is denied by the scope.
        case held
        /// Refused for want of access, by Graph itself.
        case denied
        /// Another refusal: the same again next time.
        case useless
        /// Nothing that proves anything; it may next time.
        case silent
    }

    /// Every open mailbox was read by `messages`.
    var isHeld = false
    var doors: [ProbeDoor: Door] = [:]

    init() {}

    /// A door counts as held where one open mailbox answers by it: the token works there.
    init(_ outcomes: [ControlOutcome]) {
        let main = outcomes.filter { $0.record.door == .messages }
        isHeld = !main.isEmpty && main.allSatisfy(\.record.held)
        for (door, outcomes) in Dictionary(grouping: outcomes, by: \.record.door) where door != .messages {
            doors[door] =
                if outcomes.contains(where: \.record.held) {
                    .held
                } else if outcomes.contains(where: { !$0.isRefusal }) {
                    .silent
                } else {
                    outcomes.allSatisfy(\.isDenial) ? .denied : .useless
                }
        }
    }

    subscript(door: ProbeDoor) -> Door { doors[door] ?? .silent }
}

extension ProbedUnit {
    /// Its answers, each weighed by the controls of its own door; and the door whose controls may be better next time.
    ///
    /// A door that the open mailbox refuses too, before and after, and that the token has no role for, is one that the app
    /// has no permission for: "not granted". That the refusal comes of the scope is not proven by it.
    func weighed(after: ControlState, roles: [String]) -> (unit: ProbedUnit, unclear: ProbeDoor?) {
        var copy = self
        var unclear: ProbeDoor?
        for (index, finding) in findings.enumerated()
        where finding.answer == .denied && ProbeDoor.otherData.contains(finding.door) {
            let door = finding.door
            switch (began[door], after[door]) {
            case (.held, .held): continue
            case (.denied, .denied)
            where !roles.contains { $0.lowercased().hasPrefix(door.permission.lowercased() + ".") }:
                copy.findings[index].answer = .notGranted
                copy.findings[index].way = nil
            case (let before, let now):
                copy.findings[index].doubt(.noDoorControl)
                let isSettled = [before, now].allSatisfy { $0 == .denied || $0 == .useless }
                if !isSettled { unclear = door }
            }
        }
        return (copy, unclear)
    }
}

extension ProbeFinding {
    /// Takes a denial back.
    fileprivate mutating func doubt(_ doubt: Doubt) {
        answer = .inconclusive
        self.doubt = doubt
        way = nil
    }
}
