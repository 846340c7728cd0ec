import TenantSimulator
import Testing

@Suite struct ExchangeShellTests {
    private static let app = TokenFixture.client
    private static let principal = "00000000-0000-4000-8000-00000000000b"
    private static let registration = "00000000-0000-4000-8000-00000000000a"

    private let fixture = TokenFixture()

    init() {
        for name in ["reader", "chief", "clerk"] {
            fixture.administer(
                "entra", ["action": "set-mailbox", "mailbox": .string("\(name)@contoso.test")])
        }
        fixture.administer(
            "entra", ["action": "set-mailbox", "mailbox": "shared@contoso.test", "kind": "shared"])
        run(
            "New-DistributionGroup",
            [
                "Name": "Readers", "Type": "Security", "PrimarySmtpAddress": "readers@contoso.test",
                "Members": ["reader@contoso.test"],
            ])
    }

    @discardableResult
    private func run(_ cmdlet: String, _ parameters: JSONValue = [:]) -> Answer {
        fixture.administer("exchange", ["cmdlet": .string(cmdlet), "parameters": parameters])
    }

    private func output(_ cmdlet: String, _ parameters: JSONValue = [:]) -> [JSONValue] {
        run(cmdlet, parameters).json["output"]?.elements ?? []
    }

    private func status(of mailbox: String, token: String) -> Int {
        fixture.get("/v1.0/users/\(mailbox)@contoso.test/messages?$top=1", token: token).status
    }

    private func confine() {
        run(
            "New-ApplicationAccessPolicy",
            [
                "AppId": .string(Self.app), "AccessRight": "RestrictAccess",
                "PolicyScopeGroupId": "readers@contoso.test",
                "Description": " ",
            ])
    }

    private func assign(_ parameters: [JSONMember] = []) {
        run("New-ServicePrincipal", ["AppId": .string(Self.app), "ObjectId": .string(Self.principal)])
        run(
            "New-ManagementRoleAssignment",
            .object(
                [
                    JSONMember(name: "Role", value: "Application Mail.Read"),
                    JSONMember(name: "App", value: .string(Self.principal)),
                ] + parameters))
    }

    @Test func confinesByPolicyOverTheWire() {
        let token = fixture.token()
        #expect(status(of: "reader", token: token) == 200)
        #expect(status(of: "chief", token: token) == 200)
        confine()
        #expect(status(of: "reader", token: token) == 200)
        let denied = fixture.get("/v1.0/users/chief@contoso.test/messages", token: token)
        #expect(denied.status == 403)
        #expect(denied.text.contains("[RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."))
    }

    @Test func opensEverythingByAnAssignmentWithoutScope() {
        confine()
        assign()
        #expect(status(of: "chief", token: fixture.token()) == 200)
        let row = output("Test-ServicePrincipalAuthorization", ["Identity": .string(Self.app)]).first
        #expect(row?["ScopeType"] == "Organization")
        #expect(row?["InScope"] == "Not Run")
    }

    @Test func confinesByAssignmentOnceTheGrantIsGone() {
        run("New-ManagementScope", ["Name": "One", "RecipientRestrictionFilter": "Alias -eq 'reader'"])
        assign([JSONMember(name: "CustomResourceScope", value: "One")])
        #expect(status(of: "chief", token: fixture.token()) == 200, "the grant adds up")
        fixture.administer("entra", ["action": "revoke", "app": .string(Self.app), "role": "Mail.Read"])
        let token = fixture.token()
        #expect(status(of: "reader", token: token) == 200)
        let denied = fixture.get("/v1.0/users/chief@contoso.test/messages", token: token)
        #expect(denied.status == 403)
        #expect(denied.text.contains("Access is denied. Check credentials and try again."))
        let rows = ["reader", "chief"].map {
            output(
                "Test-ServicePrincipalAuthorization",
                ["Identity": .string(Self.principal), "Resource": .string("\($0)@contoso.test")]
            ).first?["InScope"]
        }
        #expect(rows == ["True", "False"])
        #expect(run("Remove-ManagementScope", ["Identity": "One"]).status == 400, "it is used")
    }

    @Test func keepsTheOldAnswerUntilAPolicyHasSpread() {
        let token = fixture.token()
        fixture.administer("switches", ["policy-delay": 1_800])
        confine()
        #expect(status(of: "chief", token: token) == 200)
        let test = output(
            "Test-ApplicationAccessPolicy", ["Identity": "chief@contoso.test", "AppId": .string(Self.app)])
        #expect(test.first?["AccessCheckResult"] == "Denied", "the test cmdlet is ahead of Graph")
        fixture.administer("clock", ["advance-seconds": 1_799])
        #expect(status(of: "chief", token: token) == 200)
        fixture.administer("clock", ["advance-seconds": 1])
        #expect(status(of: "chief", token: token) == 403)
    }

    @Test func flapsWhileFrontEndsLearn() {
        let token = fixture.token()
        fixture.administer("switches", ["policy-delay": 1_000, "front-ends": 4])
        confine()
        fixture.administer("clock", ["advance-seconds": 500])
        let answers = Set((0..<60).map { _ in status(of: "chief", token: token) })
        #expect(answers == [200, 403])
        fixture.administer("clock", ["advance-seconds": 500])
        #expect(Set((0..<20).map { _ in status(of: "chief", token: token) }) == [403])
    }

    @Test func keepsABusyAppsOldAssignmentsAlive() {
        fixture.administer("switches", ["keeps-busy-apps-cached": true, "token-lifetime": 86_400])
        fixture.administer("entra", ["action": "revoke", "app": .string(Self.app), "role": "Mail.Read"])
        let token = fixture.token()
        #expect(status(of: "reader", token: token) == 403)
        assign()
        for _ in 0..<5 {
            fixture.administer("clock", ["advance-seconds": 1_200])
            #expect(status(of: "reader", token: token) == 403, "asking keeps the old answer alive")
        }
        fixture.administer("clock", ["advance-seconds": 1_201])
        #expect(status(of: "reader", token: token) == 200, "but for two hours at the most")
    }

    @Test(arguments: ["shared@contoso.test", "list@contoso.test"])
    func refusesAScopeThatIsNoSecurityPrincipal(scope: String) {
        run("New-DistributionGroup", ["Name": "list", "PrimarySmtpAddress": "list@contoso.test"])
        let answer = run(
            "New-ApplicationAccessPolicy",
            [
                "AppId": .string(Self.app), "AccessRight": "RestrictAccess",
                "PolicyScopeGroupId": .string(scope),
            ])
        #expect(
            answer.json["error"]?["message"]
                == "The identity of the policy scope is not a security principal.")
    }

    @Test func hidesAGroupAndChangesNothingUnderWhatIf() {
        let hide: JSONValue = ["Identity": "Readers", "HiddenFromAddressListsEnabled": true]
        let rehearsal: JSONValue = [
            "Identity": "Readers", "HiddenFromAddressListsEnabled": true, "WhatIf": true,
        ]
        let isHidden = { self.output("Get-DistributionGroup").first?["HiddenFromAddressListsEnabled"] }
        run("Set-DistributionGroup", rehearsal)
        #expect(isHidden() == false)
        #expect(run("Set-DistributionGroup", hide).status == 200)
        #expect(isHidden() == true)
        #expect(run("Set-DistributionGroup", ["Identity": "Nobody"]).status == 400)
        #expect(output("Get-DistributionGroupMember", ["Identity": "Readers"]).count == 1)
    }

    @Test func grantsAnAppThatNobodyKnows() {
        confine()
        let row = output(
            "Test-ApplicationAccessPolicy",
            ["Identity": "chief@contoso.test", "AppId": .string(Self.principal)])
        #expect(row.first?["AccessCheckResult"] == "Granted")
    }

    @Test func failsForAnEmptyListAndGivesAllForNull() {
        #expect(
            run("Get-ApplicationAccessPolicy").json["error"]?["id"] == "ManagementObjectNotFoundException")
        confine()
        let policies = output("Get-ApplicationAccessPolicy", ["Identity": nil])
        #expect(policies.count == 1)
        #expect(policies.first?["ScopeIdentityRaw"]?.text?.split(separator: ";").count == 2)
        #expect(run("Get-ApplicationAccessPolicy", ["Identity": "nothing"]).status == 400)
        fixture.administer("switches", ["unknown-identity-gives-all": true])
        #expect(output("Get-ApplicationAccessPolicy", ["Identity": "nothing"]).count == 1)
    }

    @Test func knowsServicePrincipalsByTheirOwnObjectIDOnly() {
        let answer = run(
            "New-ServicePrincipal", ["AppId": .string(Self.app), "ObjectId": .string(Self.registration)])
        #expect(answer.json["error"]?["id"] == "AADServicePrincipalNotFoundException")
        #expect(answer.text.contains("No ServicePrincipal with Object Id '\(Self.registration)'"))
    }

    @Test func asksForCustomizationFirst() {
        fixture.administer("switches", ["is-customized": false])
        let scope: JSONValue = ["Name": "One", "RecipientRestrictionFilter": "Alias -eq 'reader'"]
        #expect(run("New-ManagementScope", scope).text.contains("Enable-OrganizationCustomization"))
        #expect(run("Enable-OrganizationCustomization").status == 200)
        #expect(run("New-ManagementScope", scope).status == 200)
        #expect(run("Enable-OrganizationCustomization").status == 400)
    }

    @Test func holdsAboutThreeHundredTersePolicies() {
        var taken = 0
        while taken < 400,
            run(
                "New-ApplicationAccessPolicy",
                [
                    "AppId": .string("00000000-0000-4000-8000-\(100_000_000_000 + taken)"),
                    "AccessRight": "DenyAccess", "PolicyScopeGroupId": "readers@contoso.test",
                    "Description": " ",
                ]
            ).status == 200
        { taken += 1 }
        #expect(taken == 300)
    }

    @Test func takesNoUnknownNameAndRehearses() {
        #expect(run("Get-Everything").json["error"]?["id"] == "CommandNotFoundException")
        #expect(
            run("Get-ManagementScope", ["Colour": "red"]).json["error"]?["id"] == "NamedParameterNotFound")
        #expect(run("New-ManagementScope").json["error"]?["id"] == "MissingMandatoryParameter")
        run(
            "New-ManagementScope",
            ["Name": "One", "RecipientRestrictionFilter": "Alias -eq 'reader'", "WhatIf": true])
        #expect(output("Get-ManagementScope").isEmpty)
    }

    @Test func losesThePointerWithTheApp() {
        assign()
        fixture.administer("entra", ["action": "remove-application", "app": .string(Self.app)])
        #expect(output("Get-ServicePrincipal").isEmpty)
        #expect(output("Get-ManagementRoleAssignment").isEmpty)
    }

    @Test func shutsEverythingWhenTheScopesGroupIsDeleted() {
        confine()
        let token = fixture.token()
        run("Remove-DistributionGroup", ["Identity": "Readers"])
        #expect(status(of: "reader", token: token) == 403)
        let policy = output("Get-ApplicationAccessPolicy").first?["Identity"] ?? .null
        run("Remove-ApplicationAccessPolicy", ["Identity": policy])
        #expect(status(of: "chief", token: token) == 200, "and without the policy everything is open")
    }
}
