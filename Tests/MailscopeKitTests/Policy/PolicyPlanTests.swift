import Testing

@testable import MailscopeKit

@Suite struct PolicyPlanTests {
    func names(_ plan: PolicyPlan?) -> [String] { plan?.steps.map(\.shown) ?? [] }

    @Test func confinesBeforeItGrants() throws {
        let plan = try #require(PolicyPlan(PolicySamples.specification()))
        #expect(
            names(plan) == [
                "New-DistributionGroup", "Set-DistributionGroup", "New-ApplicationAccessPolicy",
                "grant Mail.Read",
                "grant Mail.ReadBasic",
            ])
        #expect(plan.goal.directoryGrants == [.mailRead, .mailReadBasic])
        #expect(plan.goal.exchangeRoles.isEmpty && plan.goal.group == "mailscope-invoices@contoso.com")
    }

    @Test func grantsNothingInTheDirectoryUnderRBAC() throws {
        let plan = try #require(PolicyPlan(PolicySamples.specification(.rbac)))
        #expect(
            names(plan) == [
                "New-ServicePrincipal", "New-ManagementScope", "New-ManagementRoleAssignment",
                "New-ManagementRoleAssignment",
            ])
        #expect(plan.goal.directoryGrants.isEmpty && plan.goal.scope == "mailscope invoices")
    }

    @Test func migratesWithTheWaitBeforeThePolicyGoes() throws {
        let plan = try #require(PolicyPlan(PolicySamples.specification(.rbac), kind: .migrate))
        #expect(
            names(plan).suffix(4) == [
                "take back Mail.Read", "take back Mail.ReadBasic", "wait 28 hours",
                "Remove-ApplicationAccessPolicy",
            ])
    }

    @Test func needsEveryID() {
        var specification = PolicySamples.specification()
        specification.mailboxes[0].objectID = nil
        #expect(PolicyPlan(specification) == nil && PolicyLines.lines(of: specification) == nil)
    }

    @Test func printsTheLinesThatItWouldTake() throws {
        let plan = try #require(PolicyPlan(PolicySamples.specification(.rbac)))
        guard case .exchange(let cmdlet) = plan.steps[1].action else { return #expect(Bool(false)) }
        #expect(
            cmdlet.line
                == "New-ManagementScope -Name 'mailscope invoices' -RecipientRestrictionFilter '(ExternalDirectoryObjectId -eq ''\(PolicySamples.box)'')'"
        )
    }

    @Test func writesOnlyTheRegistrationWithoutIDs() throws {
        var specification = PolicySamples.specification()
        specification.application.servicePrincipalID = nil
        #expect(try PolicySamples.folder(specification).files.map(\.name) == ["README.md", "1-register.ps1"])
    }
}
