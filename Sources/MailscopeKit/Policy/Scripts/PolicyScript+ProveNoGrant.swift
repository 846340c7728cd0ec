extension PolicyScript {
    /// For RBAC: the directory must grant no mail at all, or the scope means nothing.
    static func proveNoGrant(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "3-grant.ps1",
            synopsis:
                "Proves that the directory grants the app no mail permission; removes one only with -RemoveEntraGrant.",
            description: #"""
                Runs in Microsoft Graph PowerShell, not in the window of 2-confine.ps1: the two modules cannot share a process.
                Under RBAC for Applications Exchange grants, within a scope. A permission that the directory grants adds to that and opens every mailbox.
                Ends with 1 and changes nothing where there is one, unless -RemoveEntraGrant is given. Removing needs the role Privileged Role Administrator.
                """#,
            parameters: [
                Parameter(
                    name: "RemoveEntraGrant", declaration: "[switch]$RemoveEntraGrant",
                    help:
                        "Remove mail permissions that the directory grants. 2-confine.ps1 must have left its record."
                ),
                record(
                    file: "confinement.json",
                    help: "The record that 2-confine.ps1 wrote. Needed with -RemoveEntraGrant."),
                record("UndoPath", file: "undo.json", help: "Where it is written when the grant was gone."),
            ],
            changes: true,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("ServicePrincipalId", .text(specification.application.servicePrincipalID ?? "")),
                ("Roles", .texts(specification.permissions.map(\.exchangeRole))),
            ],
            functions: directoryFunctions + [
                ScriptFunction.readRecord, ScriptFunction.writePlan, findGrants,
            ],
            body: proveRecordBody + "\n\n"
                + DirectoryFunction.connect(scopes: [
                    "Application.Read.All", "AppRoleAssignment.ReadWrite.All",
                ])
                + "\n\n" + proveBody)
    }

    private static let findGrants = #"""
        # Every application permission of the app, on every resource, and whether it bears on mailboxes.
        # All of Exchange Online's count, and all whose name is not known: better one too many than one too few.
        function Get-Grant {
            [CmdletBinding()]
            [OutputType([pscustomobject])]
            param([string]$Id)
            $resources = @{}
            foreach ($row in @(Get-Row -Uri "/v1.0/servicePrincipals/$Id/appRoleAssignments" | Where-Object { $_ })) {
                $key = [string]$row.resourceId
                if (-not $resources.ContainsKey($key)) { $resources[$key] = Get-One -Uri "/v1.0/servicePrincipals/$key" }
                $role = @($resources[$key].appRoles | Where-Object { $_ -and $_.id -eq $row.appRoleId })
                $name = if ($role.Count -eq 1) { [string]$role[0].value } else { '' }
                $isExchange = [string]$resources[$key].appId -eq '00000002-0000-0ff1-ce00-000000000000'
                $isMail = $isExchange -or -not $name -or $name -match '^(Mail|Calendars|Contacts|Tasks|full_access_as_app|IMAP|POP|SMTP|EWS)'
                [pscustomobject]@{ Id = [string]$row.id; Name = $name; RoleId = [string]$row.appRoleId; Resource = $key; IsMail = $isMail }
            }
        }
        """#

    private static let proveRecordBody = #"""
        if ($RemoveEntraGrant) {
            $record = Read-Record -Path $RecordPath -Schema 'mailscope-confinement/1' -Maker '2-confine.ps1'
            Assert-Same -What 'The method in the record of the confinement' -Want 'rbac' -Found $record.method
            if (@($record.assignments | Where-Object { $_ }).Count -ne $Roles.Count) { throw "The record at $RecordPath does not name $($Roles.Count) assignment(s). Without them the app would read nothing any more. Run 2-confine.ps1 again." }
        }
        """#

    private static let proveBody = #"""
        $principal = Get-Principal
        $grants = @(Get-Grant -Id $principal.id)
        $mail = @($grants | Where-Object { $_.IsMail })
        foreach ($row in @($grants | Where-Object { -not $_.IsMail })) { Write-Information "The app also holds $($row.Name). It is no mail permission, and it stays." }
        if ($mail.Count -eq 0) { Write-Information "The directory grants the app $AppId no mail permission." }
        $text = @($mail | ForEach-Object { "$($_.Name) ($($_.RoleId) on $($_.Resource))" }) -join '; '
        if ($mail.Count -gt 0 -and -not $RemoveEntraGrant) {
            throw "The directory grants the app $($mail.Count) permission(s) that open mailboxes whatever the scope says: $text. Nothing was changed. Run this script with -RemoveEntraGrant to remove them."
        }

        $plan = New-Object System.Collections.Generic.List[string]
        foreach ($row in $mail) { $plan.Add("Remove the permission $($row.Name) ($($row.RoleId) on $($row.Resource)) from the app $AppId.") }
        Write-Plan -Step $plan.ToArray()
        foreach ($row in $mail) {
            if (Confirm-Change -Target $row.Id -Action "Remove-MgServicePrincipalAppRoleAssignment $($row.Name)") {
                Invoke-Patiently -Action { Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.id -AppRoleAssignmentId $row.Id -Confirm:$false -ErrorAction Stop }
            }
        }
        if ($dryRun) { exit 0 }

        $left = @()
        $until = [DateTime]::UtcNow.AddSeconds(60)
        while ($true) {
            $left = @(Get-Grant -Id $principal.id | Where-Object { $_.IsMail })
            if ($left.Count -eq 0 -or $left.Count -eq $mail.Count -or [DateTime]::UtcNow -ge $until) { break }
            Start-Sleep -Seconds 2
        }
        if ($left.Count -gt 0) { throw "The directory still grants the app $($left.Count) mail permission(s). Run this script again." }
        if ($mail.Count -gt 0 -or -not (Test-Path -LiteralPath $UndoPath)) {
            Write-Record -Path $UndoPath -Value ([ordered]@{ schema = 'mailscope-undo/1'; tenantId = $TenantId; clientId = $AppId; grantGone = Get-UtcText })
        }
        if ($mail.Count -gt 0) { Write-Information 'Tokens that the app got before stay good for more than an hour, and for 28 hours where access is evaluated continuously.' }
        exit 0
        """#
}
