import MailscopeKit
import Testing

@Suite struct AccessComparisonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout AccessEvidence) -> Void
        let outcome: AccessFinding.Outcome
        /// Must stand in some finding.
        let words: String

        init(
            _ name: String, _ outcome: AccessFinding.Outcome, _ words: String,
            _ change: @escaping @Sendable (inout AccessEvidence) -> Void
        ) {
            testDescription = name
            self.outcome = outcome
            self.words = words
            self.change = change
        }
    }

    static let policyCases: [Case] = [
        Case("as it should be", .asWanted, "invoices@contoso.com is open: read") { _ in },
        Case("an unscoped row beside the policy", .notAsWanted, "opens every mailbox that nobody named") {
            $0.pointers.rows = [.init(objectID: SampleEvidence.principal, appID: SampleEvidence.client)]
            $0.assignments.rows = [SampleEvidence.assignment(in: .organization)]
        },
        Case("DenyAccess only", .notAsWanted, "only denies") {
            $0.policies.rows = [SampleEvidence.policy(.denyAccess)]
        },
        Case("no policy", .notAsWanted, "every other mailbox is open") { $0.policies.rows = [] },
        Case("the object id instead of the client id", .notAsWanted, "binds nobody") {
            $0.policies.rows = [SampleEvidence.policy(app: SampleEvidence.principal)]
        },
        Case("a policy for every app restricts too", .asWanted, "is for every app") {
            $0.policies.rows = [SampleEvidence.policy(app: "*")]
        },
        Case("another app's policy", .notAsWanted, "every other mailbox is open") {
            $0.policies.rows = [SampleEvidence.policy(app: "99999999-0000-4000-8000-000000000001")]
        },
        Case("a policy for every app denies it", .notAsWanted, "invoices@contoso.com is closed") {
            $0.policies.rows.append(SampleEvidence.policy(app: "*", .denyAccess))
        },
        Case("one more member", .notAsWanted, "boss@contoso.com is open") {
            $0.groups.rows[0].members.rows.append(
                .init(objectID: SampleEvidence.boss, address: "boss@contoso.com", type: "usermailbox"))
        },
        Case("a member that nobody named", .notAsWanted, "guest@contoso.com is open") {
            $0.groups.rows[0].members.rows.append(
                .init(objectID: "aaaaaaaa-0000-4000-8000-000000000009", address: "guest@contoso.com"))
        },
        Case("a nested group", .cannotTell, "sources differ") {
            $0.groups.rows[0].members.rows.append(
                .init(objectID: "inner", type: "mailuniversalsecuritygroup"))
            $0.groups.rows.append(
                .init(
                    objectID: "inner", type: "mailuniversalsecuritygroup",
                    members: EvidenceSection([
                        .init(objectID: SampleEvidence.boss, address: "boss@contoso.com", type: "usermailbox")
                    ])))
        },
        Case("a nested group that is not shown", .cannotTell, "the evidence does not show") {
            $0.groups.rows[0].members.rows.append(.init(objectID: "inner", type: "groupmailbox"))
        },
        Case("groups in a circle", .asWanted, "is closed") {
            $0.groups.rows[0].members.rows.append(
                .init(objectID: SampleEvidence.group, type: "mailuniversalsecuritygroup"))
        },
        Case("a lost group", .cannotTell, "has lost its group") {
            $0.groups.rows = [
                .init(objectID: SampleEvidence.group, isFound: false, members: EvidenceSection([]))
            ]
        },
        Case("an empty group", .notAsWanted, "is closed to the app, and it must read") {
            $0.groups.rows[0].members.rows = []
        },
        Case("a group that may be gone", .cannotTell, "whether it still exists") {
            $0.groups.rows[0].members.rows = []
            $0.groups.rows[0].type = nil
        },
        Case("a group that is not shown", .cannotTell, "does not show who is in the scope") {
            $0.groups.rows = []
        },
        Case("an invalid policy", .cannotTell, "invalid") { $0.policies.rows[0].isValid = false },
        Case("a right that is not understood", .cannotTell, "is not understood") {
            $0.policies.rows[0].right = nil
        },
        Case("the mailbox itself as scope", .asWanted, "is open: read") {
            $0.policies.rows[0].scopeID = SampleEvidence.invoices
            $0.groups.rows = [
                .init(objectID: SampleEvidence.invoices, type: "usermailbox", members: EvidenceSection([]))
            ]
        },
        Case("a scope of which nothing is shown", .cannotTell, "does not show who is in the scope") {
            $0.policies.rows[0].scopeID = SampleEvidence.invoices
        },
        Case("policies not read", .cannotTell, "no policies") {
            $0.policies = .init([], gaps: ["no policies"])
        },
        Case("grants not read", .cannotTell, "no grants") { $0.grants.gaps = ["no grants"] },
        Case("assignments not read", .cannotTell, "no rows") { $0.assignments.gaps = ["no rows"] },
        Case("directory roles not read", .cannotTell, "another door") { $0.directoryRoles.gaps = ["x"] },
        Case("no grant at all", .notAsWanted, "it must read") { $0.grants.rows = [] },
        Case("more than is wanted", .notAsWanted, "beyond what is wanted: write") {
            $0.grants.rows.append(
                .init(
                    appRoleID: "e2a3a72e-5f79-4c64-b1b1-878b674786c9", value: nil,
                    resourceAppID: AppRole.graph))
        },
        Case("a permission past the policies", .notAsWanted, "every other mailbox is open") {
            $0.grants.rows.append(
                .init(
                    appRoleID: "7d9f353d-a7bd-4fbb-822a-26d5dd39a3ce", value: "MailboxItem.Read.All",
                    resourceAppID: AppRole.graph))
        },
        Case("the same id on another resource", .notAsWanted, "Office 365 Exchange Online") {
            $0.grants.rows.append(
                .init(appRoleID: SampleEvidence.mailRead, value: nil, resourceAppID: AppRole.exchange))
        },
        Case("an id with a false name", .notAsWanted, "and it is 'Mail.ReadWrite'") {
            $0.grants.rows.append(
                .init(
                    appRoleID: "e2a3a72e-5f79-4c64-b1b1-878b674786c9", value: "User.Read.All",
                    resourceAppID: AppRole.graph))
        },
        Case("an app that can give itself more", .notAsWanted, "can give itself more") {
            $0.grants.rows.append(
                .init(
                    appRoleID: "06b708a9-e830-4db3-a914-8e69da51d44f", value: nil,
                    resourceAppID: AppRole.graph))
        },
        Case("a directory role", .notAsWanted, "holds the directory role") {
            $0.directoryRoles.rows = [.init(definition: "exchange administrator", scope: "/")]
        },
        Case("mail for everybody who signs in", .notAsWanted, "on behalf of everybody") {
            $0.delegatedGrants.rows = [.init(scopes: ["User.Read", "Mail.Read"], isForEverybody: true)]
        },
        Case("signing in alone", .asWanted, "on behalf of") {
            $0.delegatedGrants.rows = [.init(scopes: ["openid", "User.Read"], isForEverybody: true)]
        },
        Case("a mailbox's own permission", .notAsWanted, "a permission of its own") {
            $0.mailboxPermissions.rows = [.init(mailbox: "boss@contoso.com", rights: ["FullAccess"])]
        },
        Case("a disabled row", .asWanted, "it gives nothing now") {
            $0.pointers.rows = [.init(objectID: SampleEvidence.principal, appID: SampleEvidence.client)]
            $0.assignments.rows = [SampleEvidence.assignment(isEnabled: false, in: .organization)]
        },
        Case("Exchange's test says the opposite", .cannotTell, "says 'denied'") {
            $0.recipients.rows = [
                .init(
                    objectID: SampleEvidence.invoices, address: "invoices@contoso.com", policyTest: "denied")
            ]
        },
        Case("another tenant", .cannotTell, "the evidence is of the tenant") { $0.tenantID = "other" },
        Case("another app", .cannotTell, "the evidence is of the app") { $0.clientID = "other" },
        Case("the address belongs to another object", .cannotTell, "has the object id") {
            $0.recipients.rows = [.init(objectID: SampleEvidence.boss, address: "invoices@contoso.com")]
        },
        Case("no such mailbox", .cannotTell, "knows no mailbox") {
            $0.recipients.rows = [.init(objectID: nil, address: "boss@contoso.com", isFound: false)]
        },
        Case("nothing handed in", .cannotTell, "the evidence has no 'appRoleAssignments'") {
            $0 = AccessEvidence()
        },
    ]

    @Test(arguments: policyCases) func judgesAnAccessPolicy(_ test: Case) {
        judge(test, SampleEvidence.byPolicy, usesPolicy: true)
    }

    static let roleCases: [Case] = [
        Case("as it should be", .asWanted, "invoices@contoso.com is open: read") { _ in },
        Case("an Entra grant left in place", .notAsWanted, "wants no such row") {
            $0.grants.rows = [SampleEvidence.grant]
        },
        Case("no scope", .notAsWanted, "opens every mailbox that nobody named") {
            $0.assignments.rows = [SampleEvidence.assignment(in: .organization)]
        },
        Case("one more row", .notAsWanted, "Application Mail.Send") {
            $0.assignments.rows.append(SampleEvidence.assignment("Application Mail.Send"))
        },
        Case("disabled", .notAsWanted, "it must read") {
            $0.assignments.rows = [SampleEvidence.assignment(isEnabled: false)]
        },
        Case("perhaps disabled", .cannotTell, "is enabled") {
            $0.assignments.rows = [SampleEvidence.assignment(isEnabled: nil)]
        },
        Case("an exclusive scope", .cannotTell, "does not restrict apps") {
            $0.scopes.rows[0].isExclusive = true
        },
        Case("a filter that is not understood", .cannotTell, "is not understood") {
            $0.scopes.rows[0].filter = "Department -gt 'a'"
        },
        Case("an attribute that is not shown", .cannotTell, "does not show the property 'department'") {
            $0.scopes.rows[0].filter = "Department -eq 'Sales'"
        },
        Case("an attribute, and Exchange says whom it holds", .asWanted, "is closed") {
            $0.scopes.rows[0].filter = "Department -eq 'Sales'"
            $0.scopes.rows[0].recipients = EvidenceSection([SampleEvidence.member])
        },
        Case("an attribute that holds another", .notAsWanted, "boss@contoso.com is open") {
            $0.scopes.rows[0].filter = "Department -eq 'Sales'"
            $0.scopes.rows[0].recipients = EvidenceSection([
                SampleEvidence.member, .init(objectID: SampleEvidence.boss, address: "boss@contoso.com"),
            ])
        },
        Case("all but one", .notAsWanted, "every other mailbox is open") {
            $0.scopes.rows[0].filter = "ExternalDirectoryObjectId -ne '\(SampleEvidence.boss)'"
        },
        Case("one more id", .notAsWanted, "\(SampleEvidence.boss) is open") {
            $0.scopes.rows[0].filter =
                "(ExternalDirectoryObjectId -eq '\(SampleEvidence.invoices)') -or (ExternalDirectoryObjectId -eq '\(SampleEvidence.boss)')"
        },
        Case("a root", .cannotTell, "holds only what is under") { $0.scopes.rows[0].root = "OU=x" },
        Case("a scope that is gone", .cannotTell, "does not show the management scope") {
            $0.scopes.rows = []
        },
        Case("a nested group does not count", .notAsWanted, "it must read") {
            $0.assignments.rows = [SampleEvidence.assignment(in: .group("Outer"))]
            $0.groups.rows = [
                .init(
                    objectID: "outer", name: "outer", type: "mailuniversalsecuritygroup",
                    members: EvidenceSection([.init(objectID: "inner", type: "mailuniversalsecuritygroup")])),
                .init(
                    objectID: "inner", type: "mailuniversalsecuritygroup",
                    members: EvidenceSection([SampleEvidence.member])),
            ]
        },
        Case("direct members", .asWanted, "is open: read") {
            $0.assignments.rows = [SampleEvidence.assignment(in: .managementScope("readers"))]
            $0.scopes.rows[0].filter = "MemberOfGroup -eq 'CN=Readers,DC=x'"
            $0.groups.rows = [
                .init(
                    objectID: SampleEvidence.group, distinguishedName: "cn=readers,dc=X",
                    type: "mailuniversalsecuritygroup", members: EvidenceSection([SampleEvidence.member]))
            ]
        },
        Case("a group by its name holds nobody, or so they say", .cannotTell, "no group with") {
            $0.scopes.rows[0].filter = "MemberOfGroup -eq 'Readers'"
        },
        Case("a pointer to another object", .notAsWanted, "it must read") {
            $0.pointers.rows[0].objectID = SampleEvidence.boss
            $0.assignments.rows[0].assignee = nil
        },
        Case("a role that nobody knows", .notAsWanted, "nobody knows what the role") {
            $0.assignments.rows.append(SampleEvidence.assignment("Application Mail.Everything"))
        },
    ]

    @Test(arguments: roleCases) func judgesRoles(_ test: Case) {
        judge(test, SampleEvidence.byRole, usesPolicy: false)
    }

    private func judge(_ test: Case, _ evidence: AccessEvidence, usesPolicy: Bool) {
        var evidence = evidence
        test.change(&evidence)
        let comparison = AccessComparison(evidence, SampleEvidence.wish(usesPolicy: usesPolicy))
        let said = comparison.findings.map { ([$0.text] + $0.reasons).joined(separator: "\n") }
        #expect(comparison.outcome == test.outcome, "\(said.joined(separator: "\n"))")
        #expect(
            said.contains { $0.contains(test.words) }, "\(test.words) in:\n\(said.joined(separator: "\n"))")
    }
}
