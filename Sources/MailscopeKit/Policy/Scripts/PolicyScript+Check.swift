extension PolicyScript {
    /// `judgesPolicy`: whether the directory grants, so that what a policy leaves open is open.
    /// `needsRoles`: whether the open mailboxes must be open by roles.
    static func check(
        _ specification: PolicySpecification, judgesPolicy: Bool, needsRoles: Bool
    ) -> PolicyScript {
        PolicyScript(
            name: "4-check.ps1",
            synopsis: "Asks Exchange which of the named mailboxes the app may read. Changes nothing.",
            description: #"""
                Runs in Exchange Online PowerShell. Test-ApplicationAccessPolicy knows only policies, Test-ServicePrincipalAuthorization only role assignments;
                neither knows whether the permission is granted, and both run ahead of what the app gets to see. So this is a first look. The proof is: mailscope verify-scope.
                Ends with 0 when all is as wanted, 3 when a mailbox is open that must be closed, 4 when a mailbox of the app is closed, 5 when something could not be told.
                """#,
            parameters: [record(file: "check.json", help: "Where the answers are written.")],
            changes: false,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("ServicePrincipalId", .text(specification.application.servicePrincipalID ?? "")),
                ("PolicyCounts", .word(judgesPolicy ? "$true" : "$false")),
                ("RolesCount", .word(needsRoles ? "$true" : "$false")),
                ("Permissions", .texts(specification.permissions.map(\.rawValue))),
                ("Open", .texts(specification.mailboxes.map(\.address))),
                ("Closed", .texts(specification.closed)),
            ],
            functions: [
                ScriptFunction.confirmChange(changes: false), ScriptFunction.importModule,
                ScriptFunction.assertSame, ScriptFunction.invokePatiently, ScriptFunction.getPresent,
                ScriptFunction.utcText, ScriptFunction.writeRecord, ExchangeFunction.assertCommand,
            ],
            body: ExchangeFunction.connect + "\n\n" + checkBody)
    }

    private static let checkBody = #"""
        Assert-Command -Name 'Test-ApplicationAccessPolicy', 'Test-ServicePrincipalAuthorization' -Role 'Exchange Administrator'
        # An app that no policy knows is granted everything by the test cmdlet, a mistyped one too.
        $policies = @(Get-Present { Get-ApplicationAccessPolicy -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId })
        if ($PolicyCounts -and $policies.Count -eq 0) { Write-Information "There is no access policy for the app $AppId." }
        if ($Closed.Count -eq 0) { Write-Information 'The specification names no mailbox that must stay closed, so only half of it can be checked.' }
        $principals = @(Get-Present { Get-ServicePrincipal -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -and $_.ObjectId -eq $ServicePrincipalId })

        $worst = 0
        $answers = @(foreach ($address in @($Open) + @($Closed)) {
                $policy = @(Get-Present { Test-ApplicationAccessPolicy -Identity $address -AppId $AppId -ErrorAction Stop })
                $byPolicy = if ($policy.Count -eq 1) { [string]$policy[0].AccessCheckResult } else { 'mailbox not found' }
                $rows = @()
                # Without a service principal in Exchange there are no roles, and asking for one would be an error.
                if ($principals.Count -eq 1) { $rows = @(Get-Present { Test-ServicePrincipalAuthorization -Identity $ServicePrincipalId -Resource $address -ErrorAction Stop } | Where-Object { $_ }) }
                $inScope = @($rows | Where-Object { [string]$_.InScope -eq 'True' })
                $untold = @($rows | Where-Object { [string]$_.InScope -ne 'True' -and [string]$_.InScope -ne 'False' })
                $lacking = @($Permissions | Where-Object { $name = $_; @($inScope | Where-Object { @(([string]$_.GrantedPermissions) -split '[,;\s]+') -contains $name }).Count -eq 0 })
                $isKnown = ($byPolicy -eq 'Granted' -or $byPolicy -eq 'Denied') -and $untold.Count -eq 0
                $wantOpen = $Open -contains $address
                $isOpen = if ($wantOpen -and $RolesCount) { $lacking.Count -eq 0 } else { $inScope.Count -gt 0 -or ($PolicyCounts -and $byPolicy -eq 'Granted') }
                $code = if (-not $isKnown) { 5 } elseif ($isOpen -and -not $wantOpen) { 3 } elseif (-not $isOpen -and $wantOpen) { 4 } else { 0 }
                if ($code -ne 0 -and ($worst -eq 0 -or $code -lt $worst)) { $worst = $code }
                $verdict = if ($code -eq 0) { 'as wanted' } elseif ($code -eq 3) { 'OPEN, must be closed' } elseif ($code -eq 4) { 'CLOSED, must be open' } else { 'cannot tell' }
                $roles = if ($inScope.Count -gt 0) { @($inScope | ForEach-Object { [string]$_.RoleName }) -join ', ' } else { 'none in scope' }
                Write-Information ('{0,-22} {1}  policy: {2}, roles: {3}' -f $verdict, $address, $byPolicy, $roles)
                [pscustomobject]@{ mailbox = $address; wanted = $(if ($wantOpen) { 'open' } else { 'closed' }); verdict = $verdict; policy = $byPolicy; roles = $roles }
            })
        if (Confirm-Change -Target $RecordPath -Action 'write the answers') {
            Write-Record -Path $RecordPath -Value ([ordered]@{ schema = 'mailscope-check/1'; tenantId = $TenantId; clientId = $AppId; taken = Get-UtcText; exitCode = $worst; mailboxes = $answers })
        }
        exit $worst
        """#
}
