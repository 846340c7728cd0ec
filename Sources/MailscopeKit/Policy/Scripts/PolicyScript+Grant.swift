extension PolicyScript {
    /// For the access policy: the directory grants, once the policy stands.
    static func grant(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "3-grant.ps1",
            synopsis: "Grants the app its permission, once its confinement stands.",
            description: #"""
                Runs in Microsoft Graph PowerShell, not in the window of 2-confine.ps1: the two modules cannot share a process.
                Refuses to grant anything before 2-confine.ps1 has left its record, and while the app holds any other application permission.
                The grant is the administrator's consent and takes effect at once; a new policy may take longer than an hour. Needs the role Privileged Role Administrator.
                """#,
            parameters: [
                record(file: "confinement.json", help: "The record that 2-confine.ps1 wrote."),
                record("GrantPath", file: "grant.json", help: "Where the record of the grant is written."),
                Parameter(
                    name: "RecordHours",
                    declaration: "[ValidateRange(1, 720)][double]$RecordHours = 24",
                    help:
                        "How old the record may be. Run 2-confine.ps1 again to renew it; it changes nothing then."
                ),
                Parameter(
                    name: "SettleMinutes",
                    declaration: "[ValidateRange(0, 2880)][int]$SettleMinutes = 0",
                    help:
                        "How long the policy must have stood. 60 or more is wise the first time: until Exchange heeds a new policy, the grant opens every mailbox."
                ),
            ],
            changes: true,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("ServicePrincipalId", .text(specification.application.servicePrincipalID ?? "")),
                ("Permissions", permissions(specification)), ("Mailboxes", mailboxes(specification)),
            ],
            functions: directoryFunctions + [
                ScriptFunction.readRecord, ScriptFunction.moment, ScriptFunction.writePlan,
                DirectoryFunction.graphResource,
            ],
            body: grantRecordBody + "\n\n"
                + DirectoryFunction.connect(scopes: [
                    "Application.Read.All", "AppRoleAssignment.ReadWrite.All",
                ])
                + "\n\n" + grantBody)
    }

    static let directoryFunctions = [
        ScriptFunction.confirmChange(changes: true), ScriptFunction.importModule, ScriptFunction.assertSame,
        ScriptFunction.invokePatiently, ScriptFunction.getRow, ScriptFunction.utcText,
        ScriptFunction.writeRecord,
        DirectoryFunction.principal,
    ]

    private static let grantRecordBody = #"""
        $record = Read-Record -Path $RecordPath -Schema 'mailscope-confinement/1' -Maker '2-confine.ps1'
        Assert-Same -What 'The method in the record of the confinement' -Want 'application-access-policy' -Found $record.method
        if (@($record.policies | Where-Object { $_ }).Count -ne 1) { throw "The record at $RecordPath names no policy. Run 2-confine.ps1 again." }
        $confined = @($record.mailboxes | ForEach-Object { ([string]$_).ToLowerInvariant() } | Sort-Object) -join ' '
        Assert-Same -What 'The mailboxes in the record of the confinement' -Want (@($Mailboxes | ForEach-Object { $_.ObjectId.ToLowerInvariant() } | Sort-Object) -join ' ') -Found $confined
        $seen = ConvertTo-Moment -Value $record.seen
        if ($seen.AddHours($RecordHours) -lt [DateTime]::UtcNow) { throw "The confinement was last seen at $($seen.ToString('yyyy-MM-dd HH:mm')) UTC. Run 2-confine.ps1 again; it changes nothing where all is as it was." }
        $since = ConvertTo-Moment -Value $record.since
        if ($since.AddMinutes($SettleMinutes) -gt [DateTime]::UtcNow) { throw "The policy stands since $($since.ToString('yyyy-MM-dd HH:mm')) UTC, which is less than $SettleMinutes minutes. Run this script after that." }
        """#

    private static let grantBody = #"""
        $principal = Get-Principal
        $graph = Get-GraphResource
        foreach ($permission in $Permissions) {
            $role = @($graph.appRoles | Where-Object { $_.value -ceq $permission.Name -and $_.allowedMemberTypes -contains 'Application' })
            if ($role.Count -ne 1) { throw "Microsoft Graph in this tenant has no application permission $($permission.Name)." }
            Assert-Same -IgnoreCase -What "The id of $($permission.Name)" -Want $permission.Id -Found $role[0].id
        }
        $wanted = @($Permissions | ForEach-Object { $_.Id })
        $grants = @(Get-Row -Uri "/v1.0/servicePrincipals/$($principal.id)/appRoleAssignments" | Where-Object { $_ })
        # A permission counts with its resource: Exchange Online has some under the same ids as Microsoft Graph.
        $other = @($grants | Where-Object { $_.resourceId -ne $graph.id -or $wanted -notcontains $_.appRoleId })
        if ($other.Count -gt 0) { throw "The app already holds $($other.Count) other application permission(s): $(@($other | ForEach-Object { "$($_.appRoleId) on $($_.resourceId)" }) -join '; '). Nothing was changed." }
        $missing = @($Permissions | Where-Object { @($grants | ForEach-Object { $_.appRoleId }) -notcontains $_.Id })

        $plan = New-Object System.Collections.Generic.List[string]
        foreach ($permission in $missing) { $plan.Add("Grant $($permission.Name) to the app $AppId. This is the administrator's consent and takes effect at once.") }
        if ($missing.Count -gt 0 -and $since.AddHours(1) -gt [DateTime]::UtcNow) {
            $plan.Add("Mind: the policy stands since $($since.ToString('yyyy-MM-dd HH:mm')) UTC only. Exchange may take longer than an hour to heed it, and until then the grant opens every mailbox.")
        }
        Write-Plan -Step $plan.ToArray()

        foreach ($permission in $missing) {
            if (Confirm-Change -Target $principal.id -Action "New-MgServicePrincipalAppRoleAssignment $($permission.Name)") {
                $null = Invoke-Patiently -Action {
                    New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.id -PrincipalId $principal.id -ResourceId $graph.id -AppRoleId $permission.Id -Confirm:$false -ErrorAction Stop
                }
            }
        }
        if ($dryRun) { exit 0 }

        $until = [DateTime]::UtcNow.AddSeconds(60)
        while ($true) {
            $grants = @(Get-Row -Uri "/v1.0/servicePrincipals/$($principal.id)/appRoleAssignments" | Where-Object { $_ })
            $held = @($Permissions | Where-Object { @($grants | Where-Object { $_.resourceId -eq $graph.id } | ForEach-Object { $_.appRoleId }) -contains $_.Id })
            if ($held.Count -eq $Permissions.Count -or $missing.Count -eq 0 -or [DateTime]::UtcNow -ge $until) { break }
            Start-Sleep -Seconds 2
        }
        if ($held.Count -ne $Permissions.Count) { throw 'The grant was not made, or does not show yet. Run this script again.' }
        if ($grants.Count -ne $Permissions.Count) { throw "The app holds $($grants.Count) application permissions instead of $($Permissions.Count). Look at it with 5-evidence-directory.ps1." }
        if ($missing.Count -gt 0 -or -not (Test-Path -LiteralPath $GrantPath)) {
            Write-Record -Path $GrantPath -Value ([ordered]@{ schema = 'mailscope-grant/1'; tenantId = $TenantId; clientId = $AppId; permissions = @($Permissions | ForEach-Object { $_.Name }); seen = Get-UtcText })
        }
        exit 0
        """#
}
