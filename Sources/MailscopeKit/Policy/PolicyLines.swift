/// The plan as bare commands, for an administrator who wants to paste some lines and read nothing else.
package enum PolicyLines {
    private static let graph = "00000003-0000-0000-c000-000000000000"

    /// Lines of PowerShell in safe order: commands, and comments that say where a new window is needed.
    ///
    /// Printable ASCII. Nil where an id is missing.
    package static func lines(of specification: PolicySpecification) -> [String]? {
        guard let plan = PolicyPlan(specification), let client = specification.application.clientID,
            let principal = specification.application.servicePrincipalID
        else { return nil }
        let exchange = plan.steps.compactMap { step -> String? in
            guard case .exchange(let command) = step.action else { return nil }
            return command.line
        }
        var lines = ["# Exchange Online PowerShell", "Connect-ExchangeOnline -ShowBanner:$false"] + exchange
        lines += checks(specification, client: client, principal: principal)
        let grants = plan.goal.directoryGrants
        guard !grants.isEmpty else { return lines }
        lines += [
            "# Microsoft Graph PowerShell, in another window, at least an hour after the lines above have worked",
            PolicyCmdlet(
                "Connect-MgGraph",
                [
                    "TenantId": .text(specification.tenantID),
                    "Scopes": .texts(["Application.Read.All", "AppRoleAssignment.ReadWrite.All"]),
                ]
            ).line + " -NoWelcome",
            "$graph = Get-MgServicePrincipal -Filter 'appId eq ''\(graph)'''",
        ]
        return lines
            + grants.map { permission in
                PolicyCmdlet(
                    "New-MgServicePrincipalAppRoleAssignment",
                    [
                        "ServicePrincipalId": .text(principal), "PrincipalId": .text(principal),
                        "ResourceId": .word("$graph.Id"), "AppRoleId": .text(permission.appRoleID),
                    ]
                ).line
            }
    }

    private static func checks(
        _ specification: PolicySpecification, client: String, principal: String
    ) -> [String] {
        (specification.mailboxes.map(\.address) + specification.closed).map { address in
            switch specification.method {
            case .applicationAccessPolicy:
                PolicyCmdlet(
                    "Test-ApplicationAccessPolicy", ["Identity": .text(address), "AppId": .text(client)]
                ).line
            case .rbac:
                PolicyCmdlet(
                    "Test-ServicePrincipalAuthorization",
                    ["Identity": .text(principal), "Resource": .text(address)]
                ).line
            }
        }
    }
}
