/// One random tenant as a plain description, from which the evidence, the simulated Exchange and the truth are each made.
struct RandomTenant {
    enum Scope {
        case group(Int)
        case mailbox(Int)
        /// A group that was deleted.
        case gone
    }

    struct Policy {
        let app: String
        let denies: Bool
        let scope: Scope
    }

    indirect enum Filter {
        case ids([Int])
        case notID(Int)
        case address
        case alias
        case memberOf(Int)
        case department
        /// `-and` beside `-or` without parentheses.
        case mixed
        case not(Filter)
        case both(Filter, Filter)
        case either(Filter, Filter)
    }

    enum Reach {
        case organization
        case group(Int)
        case unit
        case deletedScope
        case filter(Filter, isExclusive: Bool)
    }

    struct Assignment {
        let role: String
        let isOurs: Bool
        let isEnabled: Bool
        let reach: Reach
    }

    static let mailboxCount = 5
    static let groupCount = 4
    static let client = "c0000000-0000-4000-8000-000000000000"
    static let principal = "d0000000-0000-4000-8000-000000000000"
    static let otherPrincipal = "d0000000-0000-4000-8000-000000000001"
    static let unit = "North"

    /// Direct members: mailboxes and groups, themselves included.
    var people: [Set<Int>] = []
    var inner: [Set<Int>] = []
    var departments: [String] = []
    var policies: [Policy] = []
    var assignments: [Assignment] = []
    /// Permissions of Microsoft Graph.
    var grants: [String] = []
    /// The same id on the other resource.
    var hasExchangeGrant = false

    static func mailbox(_ index: Int) -> String { "a0000000-0000-4000-8000-00000000000\(index)" }
    static func group(_ index: Int) -> String { "b0000000-0000-4000-8000-00000000000\(index)" }
    static let goneGroup = "b0000000-0000-4000-8000-0000000000ff"
    static func address(_ index: Int) -> String { "m\(index)@contoso.test" }

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<Self.groupCount {
            // The last mailbox is in no group, so that nobody may know of it.
            people.append(
                Set((0..<4).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }))
            inner.append(
                Set((0..<Self.groupCount).filter { _ in Int.random(in: 0..<6, using: &random) == 0 }))
        }
        departments = (0..<Self.mailboxCount).map { _ in Bool.random(using: &random) ? "sales" : "other" }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let apps = [
                Self.client, Self.client, "*", Self.principal, "e0000000-0000-4000-8000-000000000000",
            ]
            let scope: Scope =
                switch Int.random(in: 0..<10, using: &random) {
                case 0: .gone
                case 1, 2: .mailbox(Int.random(in: 0..<4, using: &random))
                default: .group(Int.random(in: 0..<Self.groupCount, using: &random))
                }
            policies.append(
                Policy(
                    app: apps[Int.random(in: 0..<apps.count, using: &random)],
                    denies: Int.random(in: 0..<3, using: &random) == 0, scope: scope))
        }
        let permissions = [
            "Mail.ReadBasic.All", "Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite", "Mail.Send",
        ]
        grants = permissions.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        hasExchangeGrant = Int.random(in: 0..<12, using: &random) == 0
        let roles = [
            "Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite", "Mail.Send", "Mail Full Access",
            "Calendars.Read",
        ]
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            assignments.append(
                Assignment(
                    role: "Application " + roles[Int.random(in: 0..<roles.count, using: &random)],
                    isOurs: Int.random(in: 0..<5, using: &random) != 0,
                    isEnabled: Int.random(in: 0..<5, using: &random) != 0, reach: Self.reach(&random)))
        }
    }

    private static func reach(_ random: inout SeededGenerator) -> Reach {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: .organization
        case 1: .group(Int.random(in: 0..<groupCount, using: &random))
        case 2: .unit
        case 3: .deletedScope
        default:
            .filter(filter(&random, depth: 0), isExclusive: Int.random(in: 0..<8, using: &random) == 0)
        }
    }

    private static func filter(_ random: inout SeededGenerator, depth: Int) -> Filter {
        switch Int.random(in: 0..<(depth < 2 ? 12 : 9), using: &random) {
        case 0, 1: .ids((0..<4).filter { _ in Bool.random(using: &random) } + [0])
        case 2: .notID(Int.random(in: 0..<4, using: &random))
        case 3: .address
        case 4: .alias
        case 5, 6: .memberOf(Int.random(in: 0..<groupCount, using: &random))
        case 7: .department
        case 8: .mixed
        case 9: .not(filter(&random, depth: depth + 1))
        case 10: .both(filter(&random, depth: depth + 1), filter(&random, depth: depth + 1))
        default: .either(filter(&random, depth: depth + 1), filter(&random, depth: depth + 1))
        }
    }
}
