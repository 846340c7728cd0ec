import TenantSimulator
import Testing

/// The access model against the rules said a second time, as plainly as they can be.
@Suite struct AccessModelTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func agreesWithTheRulesSaidPlainly(seed: UInt64) {
        var answers: [AccessAnswer: Int] = [:]
        for round in 0..<60 {
            let organization = PlainOrganization(seed: seed &* 1_000 &+ UInt64(round))
            let model = AccessModel(
                policies: organization.configuration, assignments: organization.configuration,
                countsNestedGroups: organization.countsNested)
            for (app, object, roles) in organization.callers {
                for mailbox in organization.mailboxes {
                    for permission in ["Mail.ReadBasic", "Mail.Read", "Mail.ReadWrite", "Mail.Send"] {
                        let answer = model.answer(
                            appID: app, objectID: object, roles: roles, mailbox: mailbox,
                            permission: permission)
                        #expect(
                            answer
                                == organization.answer(
                                    app: app, object: object, roles: roles, mailbox: mailbox,
                                    permission: permission),
                            "seed \(seed), round \(round), \(app), \(mailbox.objectID), \(permission)")
                        answers[answer, default: 0] += 1
                    }
                }
            }
        }
        // The random organizations are not all of one kind.
        #expect(answers.count == 3 && answers.values.allSatisfy { $0 > 100 }, "\(answers)")
    }

    @Test func letsPermissionsThatPoliciesDoNotReachPassByThem() {
        var configuration = ExchangeConfiguration(domain: "contoso.test")
        configuration.policies = [
            ApplicationAccessPolicy(
                appID: "*", right: .restrictAccess, scopeObjectID: "nobody", scopeName: "x")
        ]
        let model = AccessModel(policies: configuration, assignments: configuration)
        let mailbox = SimulatedMailbox(objectID: "a", userPrincipalName: "a@contoso.test")
        func answer(_ role: String) -> AccessAnswer {
            model.answer(appID: "x", objectID: "o", roles: [role], mailbox: mailbox, permission: role)
        }
        #expect(answer("Mail.Read") == .deniedByPolicy)
        #expect(answer("MailboxItem.Read.All") == .allowed)
    }

    @Test(arguments: [
        ("EmailAddresses -eq 'A@contoso.test'", true), ("EmailAddresses -eq 'smtp:a@contoso.test'", true),
        ("PrimarySmtpAddress -eq 'second@contoso.test'", true), ("Alias -eq 'a'", true),
        ("Alias -ne 'a'", false),
        ("ExternalDirectoryObjectId -eq '00000000-0000-4000-8000-00000000000a'", true),
        ("(Alias -eq 'x') -or ((Department -like 'Sal*') -and -not (CustomAttribute1 -eq 'no'))", true),
        ("Department -notlike 'Sal*'", false), ("CustomAttribute2 -eq 'it''s'", true),
        ("MemberOfGroup -eq 'readers'", false), ("MemberOfGroup -eq 'readers@contoso.test'", false),
        (
            "MemberOfGroup -eq 'CN=Readers,OU=contoso.test,OU=Microsoft Exchange Hosted Organizations,DC=EURP250A001,DC=PROD,DC=OUTLOOK,DC=COM'",
            true
        ),
    ])
    func filtersRecipients(text: String, isMember: Bool) throws {
        var configuration = ExchangeConfiguration(domain: "contoso.test")
        let mailbox = SimulatedMailbox(
            objectID: "00000000-0000-4000-8000-00000000000a", userPrincipalName: "a@contoso.test",
            addresses: ["a@contoso.test", "second@contoso.test"],
            attributes: ["Department": "Sales", "CustomAttribute2": "it's"])
        configuration.groups["g"] = SimulatedGroup(
            objectID: "g", name: "Readers", address: "readers@contoso.test", members: [mailbox.objectID])
        let filter = try #require(RecipientFilter(text))
        configuration.scopes = [ManagementScope(name: "s", filter: filter, isExclusive: false)]
        #expect(configuration.contains(mailbox, in: .managementScope("S")) == isMember)
    }

    @Test(arguments: [
        "", "Alias", "Alias -eq", "Alias -eq a", "Alias -is 'a'", "Colour -eq 'a'", "(Alias -eq 'a'",
        "Alias -eq 'a' -and",
        "Alias -like '*a'", "Alias -eq 'a' Alias -eq 'b'",
    ])
    func refusesWhatIsNoFilter(text: String) { #expect(RecipientFilter(text) == nil) }
}
