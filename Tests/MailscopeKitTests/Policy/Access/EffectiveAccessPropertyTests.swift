import MailscopeKit
import TenantSimulator
import Testing

@Suite struct EffectiveAccessPropertyTests {
    static let permissions: [MailRight: String] = [
        .readBasic: "Mail.ReadBasic", .read: "Mail.Read", .write: "Mail.ReadWrite", .send: "Mail.Send",
    ]

    /// Ten thousand tenants: the evaluator says what the tables say, and never yes or no where the simulated Exchange,
    /// counting nested groups or not, says the opposite.
    @Test(arguments: 0..<20)
    func agreesWithTheSimulatorAndTheTruth(block: Int) {
        var counts: [Certainty: Int] = [:]
        for round in 0..<500 {
            let seed = UInt64(block * 500 + round)
            let tenant = RandomTenant(seed: seed)
            let access = EffectiveAccess(tenant.evidence, RandomTenant.wish)
            let models = [tenant.simulated(countsNested: true), tenant.simulated(countsNested: false)]
            for (index, mailbox) in tenant.simulatedMailboxes.enumerated() {
                let place =
                    access.roster.mailboxes.firstIndex { $0.objectID == mailbox.objectID }
                    ?? access.roster.mailboxes.count - 1
                for right in MailRight.allCases {
                    let judged = access.has(right, at: place).certainty
                    let truth = tenant.truth(right, index)
                    counts[judged, default: 0] += 1
                    guard judged == truth else {
                        Issue.record(
                            "seed \(seed), mailbox \(index), \(right): \(judged), and it is \(truth)")
                        return
                    }
                    if judged == .cannotTell { continue }
                    for model in models {
                        let answer = model.answer(
                            appID: RandomTenant.client, objectID: RandomTenant.principal,
                            roles: tenant.grants, mailbox: mailbox,
                            permission: Self.permissions[right] ?? "")
                        guard (answer == .allowed) == (judged == .yes) else {
                            Issue.record(
                                "seed \(seed), mailbox \(index), \(right): \(judged), Exchange \(answer)")
                            return
                        }
                    }
                }
            }
        }
        // The tenants are not all of one kind.
        #expect(counts.count == 3 && counts.values.allSatisfy { $0 > 300 }, "\(counts)")
    }
}
