extension PolicyScript {
    /// Removes policy and group. As the last step of a migration it is called otherwise and may leave the group.
    static func undoPolicy(
        _ specification: PolicySpecification, _ group: PolicySpecification.Group, isMigration: Bool
    ) -> PolicyScript {
        PolicyScript(
            name: isMigration ? "6-retire-policy.ps1" : "9-undo-confine.ps1",
            synopsis: isMigration
                ? "Removes the access policy once nothing is left for it to narrow. The last step of the migration."
                : "Removes the policy and the group that 2-confine.ps1 made.",
            description: #"""
                Runs in Exchange Online PowerShell. Refuses while the grant may still be in use: without the policy, a grant opens every mailbox.
                So it goes only after the record that the grant is gone, and only when the tokens of that time have ended. Needs the role Exchange Administrator.
                """#,
            parameters: [
                record(
                    file: "undo.json",
                    help: isMigration
                        ? "The record that 3-grant.ps1 -RemoveEntraGrant wrote."
                        : "The record that 9-undo-grant.ps1 wrote."),
                record("GrantPath", file: "grant.json", help: "The record of 3-grant.ps1, if there is one."),
                Parameter(
                    name: "TokenHours",
                    declaration: "[ValidateRange(0, 72)][double]$TokenHours = \(isMigration ? "28" : "1.5")",
                    help:
                        "How long a token of the app may live: 1.5 hours, or 28 where continuous access evaluation is on for it."
                ),
            ],
            changes: true,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("GroupAddress", .text(group.address)),
                ("Maker", .text(isMigration ? "3-grant.ps1 -RemoveEntraGrant" : "9-undo-grant.ps1")),
            ],
            functions: [
                ScriptFunction.confirmChange(changes: true), ScriptFunction.importModule,
                ScriptFunction.assertSame, ScriptFunction.invokePatiently, ScriptFunction.getPresent,
                ScriptFunction.readRecord, ScriptFunction.moment, ScriptFunction.writePlan,
                ExchangeFunction.assertCommand,
            ],
            body: undoPolicyRecordBody + "\n\n" + ExchangeFunction.connect + "\n\n" + undoPolicyBody)
    }

    static func undoRoles(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "9-undo-confine.ps1",
            synopsis:
                "Removes the role assignments, the scope and the service principal that 2-confine.ps1 made in Exchange.",
            description: #"""
                Runs in Exchange Online PowerShell. The assignments go first, so that the app never reads more than before, then the scope, then Exchange's knowledge of the app.
                Stops at an assignment that 2-confine.ps1 did not make. The app's registration stays; it can do nothing. Needs the role group Organization Management.
                """#,
            parameters: [waitSeconds],
            changes: true,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("ServicePrincipalId", .text(specification.application.servicePrincipalID ?? "")),
                ("ScopeName", .text(specification.scopeName)),
                ("Roles", .texts(specification.permissions.map(\.exchangeRole))),
                ("Mailboxes", mailboxes(specification)),
            ],
            functions: [
                ScriptFunction.confirmChange(changes: true), ScriptFunction.importModule,
                ScriptFunction.assertSame, ScriptFunction.invokePatiently, ScriptFunction.getPresent,
                ScriptFunction.writePlan, ExchangeFunction.assertCommand, ExchangeFunction.roleRows,
                ExchangeFunction.filterID,
            ],
            body: ExchangeFunction.connect + "\n\n" + undoRolesBody)
    }

    private static let undoPolicyRecordBody = #"""
        $record = Read-Record -Path $RecordPath -Schema 'mailscope-undo/1' -Maker $Maker
        $gone = ConvertTo-Moment -Value $record.grantGone
        if (Test-Path -LiteralPath $GrantPath) {
            $grant = Read-Record -Path $GrantPath -Schema 'mailscope-grant/1' -Maker '3-grant.ps1'
            if ((ConvertTo-Moment -Value $grant.seen) -gt $gone) { throw "The permission was granted again after the record at $RecordPath was written. Run $Maker again." }
        }
        $safe = $gone.AddHours($TokenHours)
        if ([DateTime]::UtcNow -lt $safe) { throw "Tokens from before the grant was removed may live until $($safe.ToString('yyyy-MM-dd HH:mm')) UTC. Run this script after that." }
        """#

    private static let undoPolicyBody = #"""
        Assert-Command -Name 'Remove-ApplicationAccessPolicy', 'Remove-DistributionGroup' -Role 'Exchange Administrator'
        $group = @(Get-Present { Get-DistributionGroup -Identity $GroupAddress -ErrorAction Stop } | Where-Object { $_.PrimarySmtpAddress -eq $GroupAddress })
        if ($group.Count -gt 1) { throw "There are $($group.Count) groups with the address $GroupAddress. Nothing was changed." }
        $groupId = if ($group.Count -eq 1) { [string]$group[0].ExternalDirectoryObjectId } else { '' }
        $all = @(Get-Present { Get-ApplicationAccessPolicy -ErrorAction Stop } | Where-Object { $_ })
        $mine = @($all | Where-Object { $_.AppId -eq $AppId })
        $policy = @($mine | Where-Object { $groupId -and (([string]$_.ScopeIdentityRaw) -split ';')[-1] -eq $groupId -and $_.AccessRight -eq 'RestrictAccess' })
        if ($mine.Count -ne $policy.Count) { throw "The app has $($mine.Count - $policy.Count) other polic(ies) that 2-confine.ps1 did not make. Nothing was changed." }
        # A policy whose group is gone opens or closes what nobody wanted: a group that somebody else's policy uses stays.
        $others = @($all | Where-Object { $_.AppId -ne $AppId -and $groupId -and (([string]$_.ScopeIdentityRaw) -split ';')[-1] -eq $groupId })
        $plan = New-Object System.Collections.Generic.List[string]
        foreach ($row in $policy) { $plan.Add("Remove the policy $($row.Identity).") }
        if ($group.Count -eq 1 -and $others.Count -eq 0) { $plan.Add("Remove the group $GroupAddress.") }
        if ($group.Count -eq 1 -and $others.Count -gt 0) { Write-Information "The group $GroupAddress stays: $($others.Count) polic(ies) of other apps use it." }
        Write-Plan -Step $plan.ToArray()
        foreach ($row in $policy) {
            if (Confirm-Change -Target $row.Identity -Action 'Remove-ApplicationAccessPolicy') {
                Invoke-Patiently -Action { Remove-ApplicationAccessPolicy -Identity $row.Identity -Confirm:$false -ErrorAction Stop }
            }
        }
        if (-not $dryRun) {
            $left = @(Get-Present { Get-ApplicationAccessPolicy -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId })
            if ($left.Count -gt 0) { throw "The app still has $($left.Count) polic(ies), so the group stays. Run this script again." }
        }
        if ($group.Count -eq 1 -and $others.Count -eq 0 -and (Confirm-Change -Target $GroupAddress -Action 'Remove-DistributionGroup')) {
            Invoke-Patiently -Action { Remove-DistributionGroup -Identity $GroupAddress -Confirm:$false -ErrorAction Stop }
        }
        exit 0
        """#

    private static let undoRolesBody = #"""
        Assert-Command -Name 'Remove-ManagementRoleAssignment', 'Remove-ManagementScope', 'Remove-ServicePrincipal' -Role 'Organization Management'
        $ids = @($Mailboxes | ForEach-Object { $_.ObjectId.ToLowerInvariant() } | Sort-Object)
        $principals = @(Get-Present { Get-ServicePrincipal -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -or $_.ObjectId -eq $ServicePrincipalId })
        if ($principals.Count -gt 1) { throw 'Two service principals in Exchange carry this app or object id. Nothing was changed.' }
        if ($principals.Count -eq 1) {
            Assert-Same -IgnoreCase -What 'The app id of the service principal in Exchange' -Want $AppId -Found $principals[0].AppId
            Assert-Same -IgnoreCase -What 'The object id of the service principal in Exchange' -Want $ServicePrincipalId -Found $principals[0].ObjectId
        }
        $rows = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
        foreach ($row in $rows) {
            if ($Roles -cnotcontains [string]$row.Role -or [string]$row.CustomResourceScope -cne $ScopeName) { throw "The assignment '$($row.Name)' of the role '$($row.Role)' was not made by 2-confine.ps1. Nothing was changed." }
        }
        $scopes = @(Get-Present { Get-ManagementScope -ErrorAction Stop } | Where-Object { $_.Name -ceq $ScopeName })
        if ($scopes.Count -eq 1) { Assert-Same -What "What the scope '$ScopeName' holds" -Want ($ids -join ' ') -Found (@(Get-FilterId $scopes[0].RecipientFilter) -join ' ') }
        $plan = New-Object System.Collections.Generic.List[string]
        foreach ($row in $rows) { $plan.Add("Remove the assignment '$($row.Name)' ($($row.Role)).") }
        foreach ($row in $scopes) { $plan.Add("Remove the management scope '$($row.Name)'.") }
        foreach ($row in $principals) { $plan.Add("Remove the service principal $($row.ObjectId) from Exchange. The directory keeps its own.") }
        Write-Plan -Step $plan.ToArray()

        foreach ($row in $rows) {
            if (Confirm-Change -Target $row.Name -Action 'Remove-ManagementRoleAssignment') {
                Invoke-Patiently -Action { Remove-ManagementRoleAssignment -Identity $row.Name -Confirm:$false -ErrorAction Stop }
            }
        }
        if (-not $dryRun) {
            $left = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
            $until = [DateTime]::UtcNow.AddSeconds($WaitSeconds)
            while ($left.Count -gt 0 -and $left.Count -lt $rows.Count -and [DateTime]::UtcNow -lt $until) {
                Start-Sleep -Seconds 3
                $left = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
            }
            if ($left.Count -gt 0) { throw "The app still has $($left.Count) assignment(s), so the scope stays. Run this script again." }
        }
        foreach ($row in $scopes) {
            if (Confirm-Change -Target $row.Name -Action 'Remove-ManagementScope') {
                Invoke-Patiently -Action { Remove-ManagementScope -Identity $row.Name -Confirm:$false -ErrorAction Stop }
            }
        }
        foreach ($row in $principals) {
            if (Confirm-Change -Target $row.ObjectId -Action 'Remove-ServicePrincipal') {
                Invoke-Patiently -Action { Remove-ServicePrincipal -Identity $row.ObjectId -Confirm:$false -ErrorAction Stop }
            }
        }
        exit 0
        """#
}
