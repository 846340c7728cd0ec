extension AccessWay {
    /// The row of the evidence.
    package var proof: String? { row.map { "\(section)[\($0)]" } }

    /// What it is, for people.
    package var title: String {
        switch source {
        case .grant(let role, _): "the directory's grant of \(role.name) on \(role.resourceName)"
        case .assignment(let assignment): "the role '\(assignment.role)', assigned as '\(assignment.name)'"
        case .gap: "what the evidence does not show"
        }
    }

    /// True where it can give nothing as it stands: a row that is disabled, or no permission at all.
    var isWithoutEffect: Bool {
        switch source {
        case .grant(let role, _): role.reach == .nothing
        case .assignment(let assignment): assignment.isEnabled == false
        case .gap: false
        }
    }

    func isWanted(by wish: AccessWish) -> Bool {
        switch source {
        case .grant(let role, _): wish.wants(role)
        case .assignment(let assignment):
            wish.wants(exchangeRole: assignment.role) && assignment.isEnabled != false
        case .gap: false
        }
    }

    /// How far it reaches, for people.
    package struct Reach: Sendable, Equatable {
        package let open: [String]
        package let uncertain: [String]
        package let opensEveryOther: Bool
        package let hasNoMail: Bool

        package var text: String {
            if hasNoMail { return "opens no mail" }
            let named =
                opensEveryOther
                ? "opens every mailbox that nobody named"
                    + (open.isEmpty ? "" : ", and " + open.joined(separator: ", "))
                : open.isEmpty ? "" : "opens " + open.joined(separator: ", ")
            let doubt =
                uncertain.isEmpty ? "" : "cannot be told for " + uncertain.joined(separator: ", ")
            let parts = [named, doubt].filter { !$0.isEmpty }
            return parts.isEmpty ? "opens nothing" : parts.joined(separator: "; ")
        }
    }

    package func reach(over roster: AccessRoster) -> Reach {
        let pairs = Array(zip(roster.mailboxes, openings))
        return Reach(
            open: pairs.filter { $0.role != .everyOther && $1.certainty == .yes }.map(\.0.label),
            uncertain: pairs.filter { $1.certainty == .cannotTell }.map(\.0.label),
            opensEveryOther: pairs.contains { $0.role == .everyOther && $1.certainty == .yes },
            hasNoMail: rights.isEmpty)
    }
}
