extension PolicyScript {
    static func confineByPolicy(
        _ specification: PolicySpecification, _ group: PolicySpecification.Group
    ) -> PolicyScript {
        PolicyScript(
            name: "2-confine.ps1",
            synopsis:
                "Confines the app to its mailboxes by an application access policy, before it may read anything.",
            description: #"""
                Runs in Exchange Online PowerShell. Makes a closed, hidden security group with the mailboxes, and a policy that restricts the app to it.
                Reads what is there, prints what it would do, does it, reads again. The second run changes nothing. Whatever deviates stops it.
                Leaves a record for 3-grant.ps1. Needs the role Exchange Administrator.
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
                ("GroupName", .text(group.name)), ("GroupAddress", .text(group.address)),
                ("GroupOwner", .text(group.owner)), ("Mailboxes", mailboxes(specification)),
            ],
            functions: [
                ScriptFunction.confirmChange(changes: true), ScriptFunction.importModule,
                ScriptFunction.assertSame, ScriptFunction.invokePatiently, ScriptFunction.getPresent,
                ScriptFunction.utcText, ScriptFunction.writeRecord, ScriptFunction.writePlan,
                ExchangeFunction.assertCommand,
                ExchangeFunction.assertMailbox, ExchangeFunction.assertProperty, ExchangeFunction.roleRows,
                confineByPolicyFunctions,
            ],
            body: ExchangeFunction.connect + "\n\n" + confineByPolicyBody)
    }

    private static let confineByPolicyFunctions = #"""
        function Get-Group {
            [CmdletBinding()]
            param()
            Get-Present { Get-DistributionGroup -Identity $GroupAddress -ErrorAction Stop } | Where-Object { $_.PrimarySmtpAddress -eq $GroupAddress }
        }

        # The members' object ids in one line. A member without one is no mailbox of this tenant.
        function Get-MemberText {
            [CmdletBinding()]
            [OutputType([string])]
            param()
            $ids = @(Get-Present { Get-DistributionGroupMember -Identity $GroupAddress -ResultSize Unlimited -ErrorAction Stop } | ForEach-Object { ([string]$_.ExternalDirectoryObjectId).ToLowerInvariant() } | Sort-Object)
            return $ids -join ' '
        }

        # The policies of this app, and those of all apps.
        function Get-Policy {
            [CmdletBinding()]
            param()
            Get-Present { Get-ApplicationAccessPolicy -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -or $_.AppId -eq '*' }
        }

        # The group's object id in a policy.
        function Get-ScopeId {
            [CmdletBinding()]
            [OutputType([string])]
            param([object]$Policy)
            return [string](([string]$Policy.ScopeIdentityRaw) -split ';')[-1]
        }

        # The one policy of this app, where group, members and policy are just what is wanted; else nothing.
        function Get-StandingPolicy {
            [CmdletBinding()]
            param([string]$WantedMembers)
            $group = @(Get-Group)
            if ($group.Count -ne 1 -or (Get-MemberText) -ne $WantedMembers) { return }
            $own = @(Get-Policy | Where-Object { $_.AppId -eq $AppId })
            if ($own.Count -eq 1 -and $own[0].AccessRight -eq 'RestrictAccess' -and (Get-ScopeId -Policy $own[0]) -eq [string]$group[0].ExternalDirectoryObjectId) { $own[0] }
        }
        """#

    private static let confineByPolicyBody = #"""
        Assert-Command -Name 'New-DistributionGroup', 'Set-DistributionGroup', 'New-ApplicationAccessPolicy', 'Get-ApplicationAccessPolicy' -Role 'Exchange Administrator'
        foreach ($mailbox in $Mailboxes) { Assert-Mailbox -Address $mailbox.Address -ObjectId $mailbox.ObjectId }
        $wanted = @($Mailboxes | ForEach-Object { $_.ObjectId.ToLowerInvariant() } | Sort-Object) -join ' '

        $group = @(Get-Group)
        if ($group.Count -gt 1) { throw "There are $($group.Count) groups with the address $GroupAddress. Nothing was changed." }
        $groupId = ''
        if ($group.Count -eq 1) {
            $groupId = [string]$group[0].ExternalDirectoryObjectId
            $what = "The group $GroupAddress"
            Assert-Property -Row $group[0] -What $what -Name 'RecipientTypeDetails' -Want 'MailUniversalSecurityGroup'
            Assert-Property -Row $group[0] -What $what -Name 'MemberJoinRestriction' -Want 'Closed'
            Assert-Property -Row $group[0] -What $what -Name 'MemberDepartRestriction' -Want 'Closed'
            Assert-Same -What "The members of $GroupAddress" -Want $wanted -Found (Get-MemberText)
        }
        $policies = @(Get-Policy)
        $own = @($policies | Where-Object { $_.AppId -eq $AppId })
        foreach ($row in $policies) {
            if ($row.AppId -eq '*' -and $row.AccessRight -eq 'RestrictAccess') { throw "The policy '$($row.Identity)' for all apps opens its group's mailboxes to this app as well. Nothing was changed." }
            if ($row.AppId -eq '*') { Write-Information "The policy '$($row.Identity)' for all apps closes some mailboxes to this app too." }
        }
        foreach ($row in $own) {
            Assert-Same -What "The access right of the policy '$($row.Identity)'" -Want 'RestrictAccess' -Found $row.AccessRight
            Assert-Same -IgnoreCase -What "The group of the policy '$($row.Identity)'" -Want $groupId -Found (Get-ScopeId -Policy $row)
        }
        if ($own.Count -gt 1) { throw "The app has $($own.Count) policies instead of one. Nothing was changed." }
        # Roles add to what a policy leaves open: with one of them the policy would confine nothing.
        $principals = @(Get-Present { Get-ServicePrincipal -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -or $_.ObjectId -eq $ServicePrincipalId })
        $roles = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
        if ($roles.Count -gt 0) { throw "Exchange assigns $($roles.Count) role(s) to the app, and a policy does not narrow those: $(@($roles | ForEach-Object { "$($_.Name) ($($_.Role))" }) -join ', '). Nothing was changed." }

        $hidden = $true
        if ($group.Count -eq 1) {
            $property = $group[0].PSObject.Properties['HiddenFromAddressListsEnabled']
            if ($property -and [string]$property.Value) { $hidden = [string]$property.Value -eq 'True' }
        }
        $plan = New-Object System.Collections.Generic.List[string]
        if ($group.Count -eq 0) { $plan.Add("Create the security group $GroupName <$GroupAddress> with $($Mailboxes.Count) member(s), closed, hidden, owned by $GroupOwner.") }
        elseif (-not $hidden) { $plan.Add("Hide the group $GroupAddress from the address lists.") }
        if ($own.Count -eq 0) { $plan.Add("Create the policy: the app $AppId reads only the members of $GroupAddress.") }
        Write-Plan -Step $plan.ToArray()

        $made = $false
        if ($group.Count -eq 0 -and (Confirm-Change -Target $GroupAddress -Action 'New-DistributionGroup')) {
            $null = Invoke-Patiently -Action {
                New-DistributionGroup -Name $GroupName -PrimarySmtpAddress $GroupAddress -Type Security -ManagedBy $GroupOwner -Members @($Mailboxes | ForEach-Object { $_.ObjectId }) -MemberJoinRestriction Closed -MemberDepartRestriction Closed -Confirm:$false -ErrorAction Stop
            }
            $group = @(Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*ManagementObjectNotFoundException*' -Action { Get-DistributionGroup -Identity $GroupAddress -ErrorAction Stop } | Where-Object { $_.PrimarySmtpAddress -eq $GroupAddress })
            $hidden = $false
            $made = $true
        }
        if ($group.Count -eq 1 -and -not $hidden -and (Confirm-Change -Target $GroupAddress -Action 'Set-DistributionGroup: hide it')) {
            Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*ManagementObjectNotFoundException*' -Action {
                Set-DistributionGroup -Identity $GroupAddress -HiddenFromAddressListsEnabled $true -Confirm:$false -ErrorAction Stop
            }
        }
        if ($own.Count -eq 0 -and ($group.Count -eq 1 -or $dryRun) -and (Confirm-Change -Target $AppId -Action 'New-ApplicationAccessPolicy')) {
            $null = Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*ManagementObjectNotFoundException*' -Action {
                New-ApplicationAccessPolicy -AppId $AppId -PolicyScopeGroupId $GroupAddress -AccessRight RestrictAccess -Description ' ' -Confirm:$false -ErrorAction Stop
            }
            $made = $true
        }
        if ($dryRun) { exit 0 }

        $standing = @(Get-StandingPolicy -WantedMembers $wanted)
        $until = [DateTime]::UtcNow.AddSeconds($WaitSeconds)
        while ($made -and $standing.Count -ne 1 -and [DateTime]::UtcNow -lt $until) {
            Start-Sleep -Seconds 3
            $standing = @(Get-StandingPolicy -WantedMembers $wanted)
        }
        if ($standing.Count -ne 1) { throw 'The confinement does not stand, or does not show yet, so there is no record for 3-grant.ps1. Run this script again.' }
        # Exchange may take longer than an hour to heed a policy: the record keeps the time from when on it stood.
        $since = Get-UtcText
        if ($own.Count -eq 1 -and (Test-Path -LiteralPath $RecordPath)) {
            $earlier = Get-Content -LiteralPath $RecordPath -Raw -ErrorAction Stop | ConvertFrom-Json
            if ($earlier.PSObject.Properties['since'] -and $earlier.PSObject.Properties['policies'] -and @($earlier.policies) -contains [string]$standing[0].Identity) {
                $since = if ($earlier.since -is [DateTime]) { $earlier.since.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture) } else { [string]$earlier.since }
            }
        }
        Write-Record -Path $RecordPath -Value ([ordered]@{
                schema = 'mailscope-confinement/1'
                tenantId = $TenantId
                clientId = $AppId
                method = 'application-access-policy'
                mailboxes = @($Mailboxes | ForEach-Object { $_.ObjectId })
                policies = @($standing | ForEach-Object { [string]$_.Identity })
                since = $since
                seen = Get-UtcText
            })
        exit 0
        """#
}
