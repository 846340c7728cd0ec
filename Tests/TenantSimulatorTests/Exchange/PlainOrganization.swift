import TenantSimulator

/// A random organization, and who may read what in it, by the rules and nothing else.
struct PlainOrganization {
    let mailboxes: [SimulatedMailbox]
    let callers: [(app: String, object: String, roles: [String])]
    let countsNested: Bool
    private(set) var configuration = ExchangeConfiguration(domain: "contoso.test")

    private enum Reach {
        case everyone
        case direct(group: String)
        case address(String)
        case named([String])
    }
    private var grants: [(object: String, permissions: [String], reach: Reach, isEnabled: Bool)] = []

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        mailboxes = (0..<5).map {
            SimulatedMailbox(objectID: "m\($0)", userPrincipalName: "m\($0)@contoso.test")
        }
        let roles = ["Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite", "Mail.Send"]
        callers = (0..<3).map { index in
            ("app\(index)", "sp\(index)", roles.filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
        }
        countsNested = Bool.random(using: &random)
        for index in 0..<4 {
            let people = mailboxes.map(\.objectID).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            // Groups may contain each other, themselves too.
            let inner = (0..<4).map { "g\($0)" }.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            configuration.groups["g\(index)"] = SimulatedGroup(
                objectID: "g\(index)", name: "G\(index)", address: "g\(index)@contoso.test",
                members: Set(people + inner))
        }
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let app = ["app0", "app1", "app2", "*"].randomElement(using: &random) ?? "*"
            let scope = ["g0", "g1", "g2", "g3", "gone", "m0"].randomElement(using: &random) ?? "gone"
            configuration.policies.append(
                ApplicationAccessPolicy(
                    appID: app,
                    right: Int.random(in: 0..<3, using: &random) == 0 ? .denyAccess : .restrictAccess,
                    scopeObjectID: scope, scopeName: scope))
        }
        configuration.administrativeUnits = ["North": ["m1", "m3"]]
        for index in 0..<Int.random(in: 0...3, using: &random) { assign(index, &random) }
    }

    private mutating func assign(_ index: Int, _ random: inout SeededGenerator) {
        let names = [
            ("Application Mail.Read", ["Mail.Read"]), ("Application Mail.ReadBasic", ["Mail.ReadBasic"]),
            ("Application Mail Full Access", ["Mail.ReadWrite", "Mail.Send"]),
        ]
        let (name, permissions) = names[Int.random(in: 0..<3, using: &random)]
        guard let role = ApplicationRole.named(name.lowercased()) else { return }
        let object = "sp\(Int.random(in: 0..<3, using: &random))"
        let isEnabled = Int.random(in: 0..<5, using: &random) != 0
        let scope: RoleAssignment.Scope
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            scope = .organization
            grants.append((object, permissions, .everyone, isEnabled))
        case 1:
            scope = .group(objectID: "g1")
            grants.append((object, permissions, .direct(group: "g1"), isEnabled))
        case 2:
            scope = .administrativeUnit("North")
            grants.append((object, permissions, .named(["m1", "m3"]), isEnabled))
        case 3:
            let text =
                "MemberOfGroup -eq '\(configuration.groups["g2"]?.distinguishedName(domain: "contoso.test") ?? "")'"
            scope = .managementScope(add(text, index))
            grants.append((object, permissions, .direct(group: "g2"), isEnabled))
        case 4:
            scope = .managementScope("deleted")
            grants.append((object, permissions, .named([]), isEnabled))
        default:
            scope = .managementScope(add("EmailAddresses -eq 'M4@contoso.test'", index))
            grants.append((object, permissions, .address("m4@contoso.test"), isEnabled))
        }
        configuration.assignments.append(
            RoleAssignment(
                name: "a\(index)", role: role, assignee: object, scope: scope, isEnabled: isEnabled))
    }

    private mutating func add(_ filter: String, _ index: Int) -> String {
        guard let filter = RecipientFilter(filter) else { return "" }
        configuration.scopes.append(
            ManagementScope(name: "s\(index)", filter: filter, isExclusive: index == 0))
        return "s\(index)"
    }

    func answer(
        app: String, object: String, roles: [String], mailbox: SimulatedMailbox, permission: String
    ) -> AccessAnswer {
        func gives(_ held: String) -> Bool {
            switch permission {
            case "Mail.ReadBasic":
                held == "Mail.ReadBasic" || held == "Mail.ReadBasic.All" || held == "Mail.Read"
                    || held == "Mail.ReadWrite"
            case "Mail.Read": held == "Mail.Read" || held == "Mail.ReadWrite"
            default: held == permission
            }
        }
        let isGranted = roles.contains(where: gives)
        let passes = policiesAllow(app, mailbox.objectID)
        let isAssigned = grants.contains { grant in
            grant.isEnabled && grant.object == object && grant.permissions.contains(where: gives)
                && reaches(grant.reach, mailbox)
        }
        if isGranted && passes || isAssigned { return .allowed }
        return isGranted ? .deniedByPolicy : .denied
    }

    private func policiesAllow(_ app: String, _ mailbox: String) -> Bool {
        let mine = configuration.policies.filter { $0.appID == app || $0.appID == "*" }
        if mine.contains(where: { $0.right == .denyAccess && members(of: $0.scopeObjectID).contains(mailbox) }
        ) {
            return false
        }
        let restricts = mine.filter { $0.right == .restrictAccess }
        return restricts.isEmpty || restricts.contains { members(of: $0.scopeObjectID).contains(mailbox) }
    }

    /// Everything in the scope; with nesting, until nothing more comes in.
    private func members(of scope: String) -> Set<String> {
        var all = (configuration.groups[scope]?.members ?? []).union([scope])
        guard countsNested else { return all }
        while true {
            let more = all.reduce(all) { $0.union(configuration.groups[$1]?.members ?? []) }
            if more == all { return all }
            all = more
        }
    }

    private func reaches(_ reach: Reach, _ mailbox: SimulatedMailbox) -> Bool {
        switch reach {
        case .everyone: true
        case .direct(let group): configuration.groups[group]?.members.contains(mailbox.objectID) ?? false
        case .address(let address): mailbox.addresses.contains(address)
        case .named(let names): names.contains(mailbox.objectID)
        }
    }
}
