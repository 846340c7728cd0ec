import MailscopeKit

/// What is true of a random tenant, from tables written out: `y`, `n` and `?` for what nobody can tell.
extension RandomTenant {
    /// denied, listed, restricted: what the policies say.
    private static let policyTable: [String: Character] = [
        "nnn": "y", "nn?": "?", "nny": "n", "n?n": "y", "n??": "?", "n?y": "?", "nyn": "y", "ny?": "y",
        "nyy": "y",
        "?nn": "?", "?n?": "?", "?ny": "n", "??n": "?", "???": "?", "??y": "?", "?yn": "?", "?y?": "?",
        "?yy": "?",
        "ynn": "n", "yn?": "n", "yny": "n", "y?n": "n", "y??": "n", "y?y": "n", "yyn": "n", "yy?": "n",
        "yyy": "n",
    ]
    private static let orTable: [String: Character] = [
        "nn": "n", "n?": "?", "ny": "y", "?n": "?", "??": "?", "?y": "y", "yn": "y", "y?": "y", "yy": "y",
    ]
    private static let andTable: [String: Character] = [
        "nn": "n", "n?": "n", "ny": "n", "?n": "n", "??": "?", "?y": "?", "yn": "n", "y?": "?", "yy": "y",
    ]
    private static let notTable: [Character: Character] = ["n": "y", "?": "?", "y": "n"]
    private static let certainties: [Character: Certainty] = ["n": .no, "?": .cannotTell, "y": .yes]

    /// Permissions and roles, and what each gives.
    private static let gives: [String: Set<MailRight>] = [
        "Mail.ReadBasic": [.readBasic], "Mail.ReadBasic.All": [.readBasic], "Mail.Read": [.readBasic, .read],
        "Mail.ReadWrite": [.readBasic, .read, .write], "Mail.Send": [.send],
        "Mail Full Access": [.readBasic, .read, .write, .send], "Calendars.Read": [],
    ]

    func truth(_ right: MailRight, _ mailbox: Int) -> Certainty {
        var answer: Character = "n"
        func add(_ more: Character) { answer = Self.orTable["\(answer)\(more)"] ?? "!" }
        for grant in grants where Self.gives[grant]?.contains(right) == true { add(policies(mailbox)) }
        if hasExchangeGrant, right == .readBasic || right == .read { add("?") }
        for assignment in assignments where assignment.isOurs && assignment.isEnabled {
            let role = String(assignment.role.dropFirst("Application ".count))
            if Self.gives[role]?.contains(right) == true { add(reaches(assignment.reach, mailbox)) }
        }
        return Self.certainties[answer] ?? .no
    }

    private func policies(_ mailbox: Int) -> Character {
        var (denied, listed, restricted): (Character, Character, Character) = ("n", "n", "n")
        for policy in policies where policy.app == Self.client || policy.app == "*" {
            let contains = contains(policy.scope, mailbox)
            if policy.denies {
                denied = Self.orTable["\(denied)\(contains)"] ?? "!"
            } else {
                listed = Self.orTable["\(listed)\(contains)"] ?? "!"
                restricted = "y"
            }
        }
        return Self.policyTable["\(denied)\(listed)\(restricted)"] ?? "!"
    }

    private func contains(_ scope: Scope, _ mailbox: Int) -> Character {
        switch scope {
        case .gone: return "?"
        case .mailbox(let other): return other == mailbox ? "y" : "n"
        case .group(let group):
            if people[group].contains(mailbox) { return "y" }
            var all: Set<Int> = [group]
            while true {
                let more = all.reduce(all) { $0.union(inner[$1]) }
                if more == all { break }
                all = more
            }
            return all.contains { people[$0].contains(mailbox) } ? "?" : "n"
        }
    }

    private func reaches(_ reach: Reach, _ mailbox: Int) -> Character {
        switch reach {
        case .organization: return "y"
        case .group(let group): return people[group].contains(mailbox) ? "y" : "n"
        case .unit, .deletedScope: return "?"
        case .filter(let filter, let isExclusive):
            let held = filter.isUnderstood ? holds(filter, mailbox) : "?"
            return isExclusive ? Self.orTable["\(held)?"] ?? "!" : held
        }
    }

    private func holds(_ filter: Filter, _ mailbox: Int) -> Character {
        switch filter {
        case .ids(let ids): return ids.contains(mailbox) ? "y" : "n"
        case .notID(let id): return id == mailbox ? "n" : "y"
        // Nobody else can have an address of the first mailbox.
        case .address: return mailbox == 0 ? "y" : "n"
        // Of the first two the alias is known.
        case .alias: return mailbox == 1 ? "y" : mailbox == 0 ? "n" : "?"
        case .memberOf(let group): return people[group].contains(mailbox) ? "y" : "n"
        case .department, .mixed: return "?"
        case .not(let inner): return Self.notTable[holds(inner, mailbox)] ?? "!"
        case .both(let left, let right):
            return Self.andTable["\(holds(left, mailbox))\(holds(right, mailbox))"] ?? "!"
        case .either(let left, let right):
            return Self.orTable["\(holds(left, mailbox))\(holds(right, mailbox))"] ?? "!"
        }
    }
}
