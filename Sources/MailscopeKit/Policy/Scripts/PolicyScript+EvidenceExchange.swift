extension PolicyScript {
    static func evidenceExchange(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "5-evidence-exchange.ps1",
            synopsis: "Writes down what bears on the app's access in Exchange. Changes nothing.",
            description: #"""
                Runs in Exchange Online PowerShell. What cannot be read for want of a role is listed as not read; it is never left out in silence.
                'mailscope policy check' judges the files of both evidence scripts. The role View-Only Organization Management is enough.
                """#,
            parameters: [
                Parameter(
                    name: "OutputPath",
                    declaration: "[string]$OutputPath = (Join-Path $PSScriptRoot 'evidence-exchange.json')",
                    help: "Where the evidence is written."),
                Parameter(
                    name: "AllMailboxes", declaration: "[switch]$AllMailboxes",
                    help:
                        "Look for mailbox permissions of the app on every mailbox, not only on those that the specification names. Takes long."
                ),
            ],
            changes: false,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("ServicePrincipalId", .text(specification.application.servicePrincipalID ?? "")),
                ("Addresses", .texts(specification.mailboxes.map(\.address) + specification.closed)),
            ],
            functions: [
                ScriptFunction.confirmChange(changes: false), ScriptFunction.importModule,
                ScriptFunction.assertSame, ScriptFunction.invokePatiently, ScriptFunction.getPresent,
                ScriptFunction.utcText, ScriptFunction.writeRecord, ScriptFunction.selectText,
                ScriptFunction.optional,
                ExchangeFunction.roleRows, evidenceExchangeFunctions,
            ],
            body: ExchangeFunction.connect + "\n\n" + evidenceExchangeBody)
    }

    private static let evidenceExchangeFunctions = #"""
        # Groups and the groups in them, each once, and single mailboxes that a policy names. What Exchange does not know any more is there with Found false.
        function Get-ScopeRecipient {
            [CmdletBinding()]
            [OutputType([pscustomobject])]
            param([string[]]$Id)
            $waiting = New-Object System.Collections.Generic.List[string]
            $next = 0
            $seen = @{}
            foreach ($one in $Id) { if ($one) { $waiting.Add($one) } }
            while ($next -lt $waiting.Count) {
                $key = $waiting[$next]
                $next++
                if ($seen.ContainsKey($key.ToLowerInvariant())) { continue }
                $seen[$key.ToLowerInvariant()] = $true
                $group = @(Get-Present { Get-DistributionGroup -Identity $key -ErrorAction Stop } | Where-Object { [string]$_.ExternalDirectoryObjectId -eq $key })
                if ($group.Count -eq 1) {
                    $members = @(Get-Present { Get-DistributionGroupMember -Identity $key -ResultSize Unlimited -ErrorAction Stop } | Where-Object { $_ } | Select-Text -Property 'ExternalDirectoryObjectId', 'PrimarySmtpAddress', 'RecipientTypeDetails', 'Name')
                    foreach ($member in $members) { if ([string]$member.RecipientTypeDetails -match 'Group') { $waiting.Add([string]$member.ExternalDirectoryObjectId) } }
                    $facts = $group[0] | Select-Text -Property 'Name', 'PrimarySmtpAddress', 'RecipientTypeDetails', 'ManagedBy', 'MemberJoinRestriction', 'MemberDepartRestriction', 'HiddenFromAddressListsEnabled', 'DistinguishedName'
                    [pscustomobject]@{ ObjectId = $key; Found = $true; Kind = 'group'; Facts = $facts; Members = $members }
                    continue
                }
                $mailbox = @(Get-Present { Get-Mailbox -Identity $key -ErrorAction Stop } | Where-Object { [string]$_.ExternalDirectoryObjectId -eq $key })
                if ($mailbox.Count -eq 1) {
                    [pscustomobject]@{ ObjectId = $key; Found = $true; Kind = 'mailbox'; Facts = ($mailbox[0] | Select-Text -Property 'Name', 'PrimarySmtpAddress', 'RecipientTypeDetails'); Members = @() }
                }
                else {
                    [pscustomobject]@{ ObjectId = $key; Found = $false; Kind = 'unknown'; Facts = $null; Members = @() }
                }
            }
        }

        # The recipients that a management scope holds now, as Exchange evaluates its filter; the first thousand, and whether there are more.
        function Get-ScopeContent {
            [CmdletBinding()]
            [OutputType([pscustomobject])]
            param([object]$Scope)
            $filter = [string]$Scope.RecipientFilter
            $held = @()
            $isEvaluated = $false
            if ($filter) {
                $failures = $notRead.Count
                $held = @(Get-Optional -What "managementScopes: $($Scope.Name)" -Read { Get-Recipient -Filter $filter -ResultSize 1001 -ErrorAction Stop | Where-Object { $_ } | Select-Text -Property 'ExternalDirectoryObjectId', 'PrimarySmtpAddress', 'RecipientTypeDetails' })
                $isEvaluated = $notRead.Count -eq $failures
            }
            [pscustomobject]@{
                Name = [string]$Scope.Name; RecipientFilter = $filter
                RecipientRoot = $Scope.RecipientRoot; Exclusive = $Scope.Exclusive; ScopeRestrictionType = $Scope.ScopeRestrictionType
                IsEvaluated = $isEvaluated; IsCut = $held.Count -gt 1000; Recipients = @($held | Select-Object -First 1000)
            }
        }

        # Rows of an access list that name the app's service principal, by whatever name they have for it.
        function Select-AppRow {
            [CmdletBinding()]
            param([Parameter(ValueFromPipeline)][object]$InputObject, [string[]]$Mark)
            process {
                $text = [string]$InputObject.User
                foreach ($one in $Mark) {
                    if ($one -and ($text -eq $one -or $text.EndsWith('\' + $one))) {
                        $InputObject
                        break
                    }
                }
            }
        }
        """#

    private static let evidenceExchangeBody = #"""
        $policies = @(Get-Present { Get-ApplicationAccessPolicy -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -or $_.AppId -eq '*' } | Select-Text -Property 'Identity', 'AppId', 'AccessRight', 'ScopeName', 'ScopeIdentity', 'ScopeIdentityRaw', 'IsValid', 'Description')
        $scopeIds = @($policies | ForEach-Object { ([string]$_.ScopeIdentityRaw -split ';')[-1] } | Where-Object { $_ } | Select-Object -Unique)

        $principals = @(Get-Present { Get-ServicePrincipal -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -or $_.ObjectId -eq $ServicePrincipalId } | Select-Text -Property 'ObjectId', 'AppId', 'DisplayName', 'Identity', 'Sid', 'OverrideEnforceExoAppRbacPermissions')
        $assignments = @(Get-RoleRow -Principal $principals | Where-Object { $_ } | Select-Text -Property 'Name', 'Role', 'Enabled', 'RoleAssigneeName', 'RoleAssigneeType', 'AssignmentMethod', 'RoleAssignmentDelegationType', 'CustomResourceScope', 'CustomRecipientWriteScope', 'RecipientWriteScope', 'RecipientGroupScope', 'RecipientAdministrativeUnitScope')
        $names = @($assignments | ForEach-Object { $_.CustomResourceScope; $_.CustomRecipientWriteScope } | Where-Object { $_ } | Select-Object -Unique)
        $scopes = @(Get-Present { Get-ManagementScope -ErrorAction Stop } | Where-Object { $names -contains $_.Name } | Select-Text -Property 'Name', 'RecipientFilter', 'RecipientRoot', 'Exclusive', 'ScopeRestrictionType' | ForEach-Object { Get-ScopeContent -Scope $_ })
        $groupScopes = @($assignments | ForEach-Object { $_.RecipientGroupScope } | Where-Object { $_ } | Select-Object -Unique)
        foreach ($name in $groupScopes) {
            $scopeIds += @(Get-Present { Get-DistributionGroup -Identity $name -ErrorAction Stop } | Where-Object { $_ } | ForEach-Object { [string]$_.ExternalDirectoryObjectId })
        }
        $groups = @(Get-ScopeRecipient -Id $scopeIds)

        $mailboxes = @(foreach ($address in $Addresses) {
                $found = @(Get-Present { Get-Mailbox -Identity $address -ErrorAction Stop } | Where-Object { $_ })
                $facts = if ($found.Count -eq 1) { $found[0] | Select-Text -Property 'ExternalDirectoryObjectId', 'PrimarySmtpAddress', 'EmailAddresses', 'UserPrincipalName', 'Alias', 'Guid', 'ExchangeGuid', 'DistinguishedName', 'RecipientTypeDetails' } else { $null }
                $byPolicy = @(Get-Optional -What "mailboxes.PolicyTest: $address" -Read { Test-ApplicationAccessPolicy -Identity $address -AppId $AppId -ErrorAction Stop | Select-Text -Property 'AppId', 'Mailbox', 'MailboxId', 'AccessCheckResult' })
                $byRole = @()
                if ($principals.Count -eq 1) { $byRole = @(Get-Optional -What "mailboxes.RoleTest: $address" -Read { Test-ServicePrincipalAuthorization -Identity $ServicePrincipalId -Resource $address -ErrorAction Stop | Where-Object { $_ } | Select-Text -Property 'RoleName', 'GrantedPermissions', 'AllowedResourceScope', 'ScopeType', 'InScope' }) }
                [pscustomobject]@{ Address = $address; Found = $found.Count; Facts = $facts; PolicyTest = $byPolicy; RoleTest = $byRole }
            })

        $marks = @($AppId, $ServicePrincipalId) + @($principals | ForEach-Object { $_.DisplayName; $_.Identity; $_.Sid } | Where-Object { $_ })
        $looked = @($Addresses)
        if ($AllMailboxes) { $looked = @(Get-Present { Get-Mailbox -ResultSize Unlimited -ErrorAction Stop } | ForEach-Object { [string]$_.PrimarySmtpAddress }) }
        $permissions = @()
        if (@(Get-Command -Name Get-MailboxPermission -ErrorAction SilentlyContinue).Count -eq 0) {
            $notRead.Add([pscustomobject]@{ What = 'mailboxPermissions'; Why = 'Exchange does not offer Get-MailboxPermission to this account' })
            $looked = @()
        }
        foreach ($address in $looked) {
            $answer = @(Get-Optional -What "mailboxPermissions: $address" -Read { Get-MailboxPermission -Identity $address -ErrorAction Stop | Select-AppRow -Mark $marks | Select-Text -Property 'Identity', 'User', 'AccessRights', 'Deny', 'IsInherited' })
            $permissions += @($answer | ForEach-Object { [pscustomobject]@{ Mailbox = $address; Permission = $_ } })
        }
        $impersonation = @()
        $command = @(Get-Command -Name Get-ManagementRoleAssignment -ErrorAction SilentlyContinue)
        if ($command.Count -gt 0 -and $command[0].Parameters.ContainsKey('Role')) {
            $impersonation = @(Get-Optional -What 'impersonation' -Read { Get-ManagementRoleAssignment -Role ApplicationImpersonation -ErrorAction Stop | Where-Object { $_ -and $_.Role -eq 'ApplicationImpersonation' } | Select-Text -Property 'Name', 'Role', 'RoleAssigneeName', 'RoleAssigneeType', 'Enabled', 'CustomRecipientWriteScope', 'RecipientWriteScope' })
        }
        $organization = @(Get-Optional -What 'organization' -Read { Get-OrganizationConfig -ErrorAction Stop | Select-Text -Property 'Name', 'IsDehydrated', 'EnforceExoAppRbacPermissions', 'EwsEnabled', 'EwsAllowedAppIDs' })

        $evidence = [ordered]@{
            schema = 'mailscope-evidence-exchange/1'
            tenantId = $TenantId
            clientId = $AppId
            wantedServicePrincipalId = $ServicePrincipalId
            taken = Get-UtcText
            applicationAccessPolicies = $policies
            groups = $groups
            servicePrincipals = $principals
            roleAssignments = $assignments
            managementScopes = $scopes
            mailboxes = $mailboxes
            mailboxPermissions = $permissions
            mailboxPermissionsReadOf = $looked
            impersonation = $impersonation
            organization = $organization
            notRead = $notRead.ToArray()
        }
        if (Confirm-Change -Target $OutputPath -Action 'write the evidence') { Write-Record -Path $OutputPath -Value $evidence }
        exit 0
        """#
}
