extension PolicyScript {
    static func confineByRoles(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "2-confine.ps1",
            synopsis: "Lets the app read its mailboxes and no others, by RBAC for Applications.",
            description: #"""
                Runs in Exchange Online PowerShell. Tells Exchange of the app, makes a management scope that holds the mailboxes by their object ids, and assigns the role within that scope.
                Reads what is there, prints what it would do, does it, reads again. The second run changes nothing. Whatever deviates stops it.
                Needs the role group Organization Management.
                """#,
            parameters: [
                record(file: "confinement.json", help: "Where the record for 3-grant.ps1 is written."),
                waitSeconds,
            ],
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
                ScriptFunction.utcText, ScriptFunction.writeRecord, ScriptFunction.writePlan,
                ExchangeFunction.assertCommand,
                ExchangeFunction.assertMailbox, ExchangeFunction.roleRows, ExchangeFunction.filterID,
                confineByRolesFunctions,
            ],
            body: ExchangeFunction.connect + "\n\n" + confineByRolesBody)
    }

    private static let confineByRolesFunctions = #"""
        # Refuses every assignment but the wanted ones: one for each role, enabled, within the scope.
        function Assert-RoleRow {
            [CmdletBinding()]
            param([object[]]$Row)
            foreach ($one in $Row) {
                if ($Roles -cnotcontains [string]$one.Role) { throw "Found something else than expected, so nothing was changed. The assignment '$($one.Name)' gives the app the role '$($one.Role)'." }
                Assert-Same -What "The scope of the assignment '$($one.Name)'" -Want $ScopeName -Found $one.CustomResourceScope
                $enabled = $one.PSObject.Properties['Enabled']
                if ($enabled -and [string]$enabled.Value -eq 'False') { throw "The assignment '$($one.Name)' is disabled. Enable or remove it. Nothing was changed." }
                $delegating = $one.PSObject.Properties['RoleAssignmentDelegationType']
                if ($delegating -and [string]$delegating.Value -like '*Delegating*') { throw "The assignment '$($one.Name)' lets the app hand its role on. Nothing was changed." }
            }
            foreach ($role in $Roles) {
                if (@($Row | Where-Object { $_.Role -ceq $role }).Count -gt 1) { throw "The app has the role '$role' more than once. Nothing was changed." }
            }
        }
        """#

    private static let confineByRolesBody = #"""
        Assert-Command -Name 'New-ServicePrincipal', 'New-ManagementScope', 'New-ManagementRoleAssignment' -Role 'Organization Management'
        $command = @(Get-Command -Name New-ManagementRoleAssignment -ErrorAction SilentlyContinue)
        if (-not $command[0].Parameters.ContainsKey('App') -or -not $command[0].Parameters.ContainsKey('CustomResourceScope')) {
            throw 'Your account may not assign application roles (Organization Management may), or the module is too old.'
        }
        if (@(Get-Present { Get-OrganizationConfig -ErrorAction Stop })[0].IsDehydrated) {
            throw 'This organization has never been customized. Run Enable-OrganizationCustomization once, which changes the whole organization, and wait until it is done.'
        }
        foreach ($mailbox in $Mailboxes) { Assert-Mailbox -Address $mailbox.Address -ObjectId $mailbox.ObjectId }

        $ids = @($Mailboxes | ForEach-Object { $_.ObjectId.ToLowerInvariant() } | Sort-Object)
        $filter = (@($ids | ForEach-Object { "(ExternalDirectoryObjectId -eq '$_')" })) -join ' -or '
        $matched = @(Get-Present { Get-Recipient -Filter $filter -ResultSize Unlimited -ErrorAction Stop } | ForEach-Object { ([string]$_.ExternalDirectoryObjectId).ToLowerInvariant() } | Sort-Object)
        Assert-Same -What 'What the scope would contain' -Want ($ids -join ' ') -Found ($matched -join ' ')

        $principals = @(Get-Present { Get-ServicePrincipal -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -or $_.ObjectId -eq $ServicePrincipalId })
        if ($principals.Count -gt 1) { throw 'Two service principals in Exchange carry this app or object id.' }
        if ($principals.Count -eq 1) {
            Assert-Same -IgnoreCase -What 'The app id of the service principal in Exchange' -Want $AppId -Found $principals[0].AppId
            Assert-Same -IgnoreCase -What 'The object id of the service principal in Exchange' -Want $ServicePrincipalId -Found $principals[0].ObjectId
        }
        $scopes = @(Get-Present { Get-ManagementScope -ErrorAction Stop } | Where-Object { $_.Name -eq $ScopeName })
        if ($scopes.Count -gt 1) { throw "There are $($scopes.Count) management scopes called '$ScopeName'. Nothing was changed." }
        if ($scopes.Count -eq 1) {
            Assert-Same -What 'The name of the management scope' -Want $ScopeName -Found $scopes[0].Name
            Assert-Same -What "What the scope '$ScopeName' holds" -Want ($ids -join ' ') -Found (@(Get-FilterId $scopes[0].RecipientFilter) -join ' ')
            $exclusive = $scopes[0].PSObject.Properties['Exclusive']
            if ($exclusive -and [string]$exclusive.Value -eq 'True') { throw "The management scope '$ScopeName' is exclusive, which does not confine apps. Nothing was changed." }
        }
        $rows = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
        Assert-RoleRow -Row $rows
        $missing = @($Roles | Where-Object { @($rows | ForEach-Object { [string]$_.Role }) -cnotcontains $_ })

        $plan = New-Object System.Collections.Generic.List[string]
        if ($principals.Count -eq 0) { $plan.Add("Tell Exchange of the app $AppId (service principal $ServicePrincipalId).") }
        if ($scopes.Count -eq 0) { $plan.Add("Create the management scope '$ScopeName' with $($ids.Count) mailbox(es).") }
        foreach ($role in $missing) { $plan.Add("Assign '$role' to the app within that scope.") }
        Write-Plan -Step $plan.ToArray()

        if ($principals.Count -eq 0 -and (Confirm-Change -Target $ServicePrincipalId -Action 'New-ServicePrincipal')) {
            $null = Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*AADServicePrincipalNotFound*' -Action {
                New-ServicePrincipal -AppId $AppId -ObjectId $ServicePrincipalId -DisplayName $ScopeName -Confirm:$false -ErrorAction Stop
            }
        }
        if ($scopes.Count -eq 0 -and (Confirm-Change -Target $ScopeName -Action 'New-ManagementScope')) {
            $null = Invoke-Patiently -Action { New-ManagementScope -Name $ScopeName -RecipientRestrictionFilter $filter -Confirm:$false -ErrorAction Stop }
        }
        $declined = 0
        foreach ($role in $missing) {
            if (-not (Confirm-Change -Target $ServicePrincipalId -Action "New-ManagementRoleAssignment $role")) {
                $declined++
                continue
            }
            $null = Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*AADServicePrincipalNotFound*', '*ManagementObjectNotFoundException*' -Action {
                New-ManagementRoleAssignment -App $ServicePrincipalId -Role $role -CustomResourceScope $ScopeName -Confirm:$false -ErrorAction Stop
            }
            $made = @(Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*ManagementObjectNotFoundException*' -Action { Get-ManagementRoleAssignment -RoleAssignee $ServicePrincipalId -ErrorAction Stop } | Where-Object { $_.Role -ceq $role })
            foreach ($row in $made) {
                if ($row.CustomResourceScope -cne $ScopeName) { throw "The assignment '$($row.Name)' does not carry its scope, so it opens every mailbox. Remove it now: Remove-ManagementRoleAssignment -Identity '$($row.Name -replace "'", "''")'" }
            }
        }
        if ($dryRun) { exit 0 }

        $until = [DateTime]::UtcNow.AddSeconds($WaitSeconds)
        while ($true) {
            $principals = @(Get-Present { Get-ServicePrincipal -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -and $_.ObjectId -eq $ServicePrincipalId })
            $rows = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
            Assert-RoleRow -Row $rows
            if ($rows.Count -eq $Roles.Count -or $missing.Count -eq 0 -or $declined -gt 0 -or [DateTime]::UtcNow -ge $until) { break }
            Start-Sleep -Seconds 3
        }
        if ($rows.Count -ne $Roles.Count) { throw 'The assignments are not all there, or do not show yet, so there is no record for 3-grant.ps1. Run this script again.' }
        Write-Record -Path $RecordPath -Value ([ordered]@{
                schema = 'mailscope-confinement/1'
                tenantId = $TenantId
                clientId = $AppId
                method = 'rbac'
                mailboxes = @($ids)
                scope = $ScopeName
                assignments = @($rows | ForEach-Object { [string]$_.Name })
                seen = Get-UtcText
            })
        exit 0
        """#
}
