# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 84b6c32ef2ed3f59bc203257860ba17cd00a7837a2187e5d48c9ad8c5017b1c7

<#
.SYNOPSIS
Writes down what bears on the app's access in Exchange. Changes nothing.
.DESCRIPTION
Runs in Exchange Online PowerShell. What cannot be read for want of a role is listed as not read; it is never left out in silence.
'mailscope policy check' judges the files of both evidence scripts. The role View-Only Organization Management is enough.
.PARAMETER OutputPath
Where the evidence is written.
.PARAMETER AllMailboxes
Look for mailbox permissions of the app on every mailbox, not only on those that the specification names. Takes long.
.EXAMPLE
./5-evidence-exchange.ps1 -WhatIf
Reads as always, and writes no file.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
param(
    [Parameter()][string]$OutputPath = (Join-Path $PSScriptRoot 'evidence-exchange.json'),
    [Parameter()][switch]$AllMailboxes
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$InformationPreference = 'Continue'

# Connecting and reading happen for real in a dry run too; modules write files while they load, and a WhatIf in force would stop that.
$dryRun = [bool]$WhatIfPreference
$WhatIfPreference = $false

# ---- values ----
$TenantId = '11111111-2222-4333-8444-555555555555'
$AppId = '4cbe9f85-3c7a-4aad-9c3c-5cbf3dca4b88'
$ServicePrincipalId = '5dcfa096-4d8b-4bbe-8d4d-6dca4edb5c99'
$Addresses = @('o''brien@contoso.com')
# ---- end of values ----

# True when a change may be made. Asks where the caller wants to be asked; in a dry run it only says what it would do.
function Confirm-Change {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    [OutputType([bool])]
    param([string]$Target, [string]$Action)
    if ($dryRun) {
        Write-Information "What if: $Action on $Target"
        return $false
    }
    return $PSCmdlet.ShouldProcess($Target, $Action)
}

# Not by a requires line: with one, the exit code is lost where the module runs functions of its own while loading.
function Import-RequiredModule {
    [CmdletBinding()]
    param([string]$Name, [version]$MinimumVersion)
    if (-not (Get-Module -ListAvailable -Name $Name | Where-Object { $_.Version -ge $MinimumVersion })) {
        throw "The PowerShell module $Name, version $MinimumVersion or later, is not installed. Install it with: Install-Module $Name -Scope CurrentUser"
    }
    Import-Module -Name $Name -MinimumVersion $MinimumVersion -ErrorAction Stop
}

# Ids and addresses are the same in any case; names, roles and filters are not.
function Assert-Same {
    [CmdletBinding()]
    param([string]$What, [object]$Want, [object]$Found, [switch]$IgnoreCase)
    $isSame = if ($IgnoreCase) { [string]$Want -eq [string]$Found } else { [string]$Want -ceq [string]$Found }
    if (-not $isSame) {
        throw "Found something else than expected, so nothing was changed. $What is '$Found' instead of '$Want'."
    }
}

# True where the service asks to come back later.
function Test-Throttled {
    [CmdletBinding()]
    [OutputType([bool])]
    param([System.Management.Automation.ErrorRecord]$Failure)
    foreach ($holder in @($Failure.Exception, $Failure.Exception.InnerException | Where-Object { $_ })) {
        foreach ($name in 'StatusCode', 'ResponseStatusCode', 'Response') {
            $property = $holder.PSObject.Properties[$name]
            if (-not $property -or $null -eq $property.Value) { continue }
            $status = $property.Value
            if ($name -eq 'Response') {
                $inner = $status.PSObject.Properties['StatusCode']
                if (-not $inner) { continue }
                $status = $inner.Value
            }
            if ([string]$status -match '^(429|TooManyRequests|503|ServiceUnavailable|504|GatewayTimeout)$') { return $true }
        }
    }
    return $Failure.FullyQualifiedErrorId -match 'TooManyRequests|Throttl|ServerBusy|ServiceUnavailable|GatewayTimeout'
}

# What was just made is not known everywhere at once, and a busy service asks to come back: tried again until the time is up.
function Invoke-Patiently {
    [CmdletBinding()]
    param([Parameter(Mandatory)][scriptblock]$Action, [string[]]$ErrorIdPattern = @(), [string]$NothingPattern = '', [int]$Seconds = 120)
    $deadline = [DateTime]::UtcNow.AddSeconds($Seconds)
    $pause = 1
    while ($true) {
        try {
            return (& $Action)
        }
        catch {
            $failure = $_
            if ($NothingPattern -and $failure.FullyQualifiedErrorId -like $NothingPattern) { return }
            $isWorthIt = (Test-Throttled -Failure $failure) -or @($ErrorIdPattern | Where-Object { $failure.FullyQualifiedErrorId -like $_ }).Count -gt 0
            if (-not $isWorthIt -or [DateTime]::UtcNow -ge $deadline) { throw }
            Write-Information "  not yet, trying again until $($deadline.ToString('HH:mm:ss')) UTC"
            Start-Sleep -Seconds $pause
            $pause = [Math]::Min(30, $pause * 2)
        }
    }
}

# What a read finds; nothing there is nothing, every other failure is a failure. Wrap the call in @().
function Get-Present {
    [CmdletBinding()]
    param([Parameter(Mandatory)][scriptblock]$Read)
    Invoke-Patiently -Action $Read -NothingPattern '*ManagementObjectNotFoundException*'
}

function Get-UtcText {
    [CmdletBinding()]
    [OutputType([string])]
    param()
    return [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture)
}

# The same bytes in Windows PowerShell and in PowerShell 7, wherever the process was started.
function Write-Record {
    [CmdletBinding()]
    param([string]$Path, [object]$Value)
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
    [System.IO.File]::WriteAllText($full, ((ConvertTo-Json -InputObject $Value -Depth 8) + "`n"), (New-Object System.Text.UTF8Encoding $false))
    Write-Information "Record: $full"
}

# The named properties as text, lists as lists of text; what is not there is null.
function Select-Text {
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory, ValueFromPipeline)][object]$InputObject, [Parameter(Mandatory)][string[]]$Property)
    process {
        $row = [ordered]@{}
        foreach ($name in $Property) {
            $found = $InputObject.PSObject.Properties[$name]
            $value = if ($found) { $found.Value } else { $null }
            $row[$name] = $value
            if ($value -is [DateTime]) { $row[$name] = $value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture) }
            elseif ($value -is [System.Collections.IEnumerable] -and $value -isnot [string]) { $row[$name] = @($value | ForEach-Object { [string]$_ }) }
            elseif ($null -ne $value -and $value -isnot [bool]) { $row[$name] = [string]$value }
        }
        [pscustomobject]$row
    }
}

# Reads that not every role or module allows: the rows, or none and a note under the name that they would have. Wrap the call in @().
$notRead = New-Object System.Collections.Generic.List[object]
function Get-Optional {
    [CmdletBinding()]
    param([string]$What, [Parameter(Mandatory)][scriptblock]$Read)
    try {
        Get-Present -Read $Read
    }
    catch {
        $notRead.Add([pscustomobject]@{ What = $What; Why = [string]$_.Exception.Message })
    }
}

# The role assignments of the app. Without a service principal in Exchange there are none.
function Get-RoleRow {
    [CmdletBinding()]
    param([object[]]$Principal)
    foreach ($one in $Principal) {
        $key = [string]$one.ObjectId
        if (-not $key) { throw 'Exchange has a service principal without an object id for this app.' }
        @(Get-Present { Get-ManagementRoleAssignment -RoleAssignee $key -ErrorAction Stop })
    }
}

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

try {
    Import-RequiredModule -Name 'ExchangeOnlineManagement' -MinimumVersion '3.4.0'
    $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    if ($connection.Count -eq 0) {
        Connect-ExchangeOnline -ShowBanner:$false
        $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    }
    if ($connection.Count -eq 0) { throw 'There is no connection to Exchange Online.' }
    foreach ($session in $connection) { Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found $session.TenantID }

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
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
