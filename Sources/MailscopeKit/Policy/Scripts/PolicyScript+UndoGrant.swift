extension PolicyScript {
    static func undoGrant(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "9-undo-grant.ps1",
            synopsis: "Takes the permission of the app away again. Run this before 9-undo-confine.ps1.",
            description: #"""
                Runs in Microsoft Graph PowerShell. Removes the grants that 3-grant.ps1 makes and leaves everything else of the app alone.
                Leaves a record with the time, because tokens that were handed out before stay good for more than an hour. Needs the role Privileged Role Administrator.
                """#,
            parameters: [
                record(file: "undo.json", help: "Where the record for 9-undo-confine.ps1 is written.")
            ],
            changes: true,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("ServicePrincipalId", .text(specification.application.servicePrincipalID ?? "")),
                ("Permissions", permissions(specification)),
            ],
            functions: directoryFunctions + [
                ScriptFunction.writePlan, DirectoryFunction.graphResource, ownGrants,
            ],
            body: DirectoryFunction.connect(scopes: [
                "Application.Read.All", "AppRoleAssignment.ReadWrite.All",
            ])
                + "\n\n" + undoGrantBody)
    }

    private static let ownGrants = #"""
        # The grants that 3-grant.ps1 makes: these permissions, on Microsoft Graph and on nothing else.
        function Get-OwnGrant {
            [CmdletBinding()]
            param([string]$Id, [string]$GraphId)
            $wanted = @($Permissions | ForEach-Object { $_.Id })
            Get-Row -Uri "/v1.0/servicePrincipals/$Id/appRoleAssignments" | Where-Object { $_ -and $_.resourceId -eq $GraphId -and $wanted -contains $_.appRoleId }
        }
        """#

    private static let undoGrantBody = #"""
        $known = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '$AppId'" | Where-Object { $_.appId -eq $AppId })
        $ours = @()
        if ($known.Count -eq 0) {
            Write-Information 'The enterprise application is gone, and its grants with it.'
        }
        else {
            $principal = Get-Principal
            $graph = Get-GraphResource
            $ours = @(Get-OwnGrant -Id $principal.id -GraphId $graph.id)
        }
        $plan = New-Object System.Collections.Generic.List[string]
        foreach ($row in $ours) { $plan.Add("Remove the grant $($row.id) ($($row.appRoleId)) from the app $AppId.") }
        Write-Plan -Step $plan.ToArray()
        foreach ($row in $ours) {
            if (Confirm-Change -Target $row.id -Action 'Remove-MgServicePrincipalAppRoleAssignment') {
                Invoke-Patiently -Action { Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.id -AppRoleAssignmentId $row.id -Confirm:$false -ErrorAction Stop }
            }
        }
        if ($dryRun) { exit 0 }

        $left = @()
        $until = [DateTime]::UtcNow.AddSeconds(60)
        while ($known.Count -gt 0) {
            $left = @(Get-OwnGrant -Id $principal.id -GraphId $graph.id)
            if ($left.Count -eq 0 -or $left.Count -eq $ours.Count -or [DateTime]::UtcNow -ge $until) { break }
            Start-Sleep -Seconds 2
        }
        if ($left.Count -gt 0) { throw "The app still holds $($left.Count) of the grants. Run this script again." }
        if ($ours.Count -gt 0 -or -not (Test-Path -LiteralPath $RecordPath)) {
            Write-Record -Path $RecordPath -Value ([ordered]@{ schema = 'mailscope-undo/1'; tenantId = $TenantId; clientId = $AppId; grantGone = Get-UtcText })
        }
        exit 0
        """#
}
