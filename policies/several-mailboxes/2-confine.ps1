# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 7b7bce55b6974c036d216ca110226c1accd8c67d2d44a95550317094577fcd8c

<#
.SYNOPSIS
Confines the app to its mailboxes by an application access policy, before it may read anything.
.DESCRIPTION
Runs in Exchange Online PowerShell. Makes a closed, hidden security group with the mailboxes, and a policy that restricts the app to it.
Reads what is there, prints what it would do, does it, reads again. The second run changes nothing. Whatever deviates stops it.
Leaves a record for 3-grant.ps1. Needs the role Exchange Administrator.
.PARAMETER RecordPath
Where the record for 3-grant.ps1 is written.
.PARAMETER WaitSeconds
How long to wait until Exchange knows what was just made.
.EXAMPLE
./2-confine.ps1 -WhatIf
Shows the plan and changes nothing. Without -WhatIf every change is asked for; -Confirm:$false asks nothing.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [Parameter()][string]$RecordPath = (Join-Path $PSScriptRoot 'confinement.json'),
    [Parameter()][ValidateRange(0, 3600)][int]$WaitSeconds = 300
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$InformationPreference = 'Continue'

# Connecting and reading happen for real in a dry run too; modules write files while they load, and a WhatIf in force would stop that.
$dryRun = [bool]$WhatIfPreference
$WhatIfPreference = $false

# ---- values ----
$TenantId = '11111111-2222-4333-8444-555555555555'
$AppId = '0d6a4c53-91a0-4a6a-b8b8-5f1d0a2f7c33'
$ServicePrincipalId = '5f1e7a0c-6a86-4b0c-9c69-0c0b7d1e8d44'
$GroupName = 'mailscope Abuse desk'
$GroupAddress = 'mailscope-abuse-desk@contoso.onmicrosoft.com'
$GroupOwner = 'security@contoso.com'
$Mailboxes = @(
    [pscustomobject]@{ Address = 'abuse@contoso.com'; ObjectId = '1f0f6b52-0f47-4d7a-8f0f-2f8c0a9d1e55' }
    [pscustomobject]@{ Address = 'phishing@contoso.com'; ObjectId = '2a9c7d63-1a58-4e8b-9a1a-3a9d1bae2f66' }
    [pscustomobject]@{ Address = 'postmaster@contoso.com'; ObjectId = '3bad8e74-2b69-4f9c-8b2b-4bae2cbf3a77' }
)
# ---- end of values ----

# True when a change may be made. Asks where the caller wants to be asked; in a dry run it only says what it would do.
function Confirm-Change {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
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

function Write-Plan {
    [CmdletBinding()]
    param([string[]]$Step)
    if (@($Step | Where-Object { $_ }).Count -eq 0) {
        Write-Information 'Nothing to do.'
        return
    }
    Write-Information 'Plan:'
    foreach ($line in $Step) { Write-Information "  $line" }
}

# Exchange hides the cmdlets that a role does not allow.
function Assert-Command {
    [CmdletBinding()]
    param([string[]]$Name, [string]$Role)
    foreach ($one in $Name) {
        if (@(Get-Command -Name $one -ErrorAction SilentlyContinue).Count -eq 0) {
            throw "Exchange does not offer $one to your account. It needs the role $Role."
        }
    }
}

# Every address of a recipient, without its prefix.
function Get-Address {
    [CmdletBinding()]
    param([object]$Recipient)
    foreach ($name in 'PrimarySmtpAddress', 'WindowsEmailAddress', 'UserPrincipalName', 'EmailAddresses') {
        $property = $Recipient.PSObject.Properties[$name]
        if ($property) { @($property.Value | Where-Object { $_ }) | ForEach-Object { ([string]$_) -replace '^smtp:', '' } }
    }
}

# An identity that Exchange does not know may give every mailbox, so the key is compared, and the address with it.
function Assert-Mailbox {
    [CmdletBinding()]
    param([string]$Address, [string]$ObjectId)
    $found = @(Get-Present { Get-Mailbox -Identity $ObjectId -ErrorAction Stop })
    if ($found.Count -ne 1) { throw "Exchange has $($found.Count) mailboxes for the object id $ObjectId ($Address) instead of one. Nothing was changed." }
    Assert-Same -IgnoreCase -What "The object id of $Address" -Want $ObjectId -Found $found[0].ExternalDirectoryObjectId
    $own = @(Get-Address -Recipient $found[0])
    if ($own.Count -gt 0 -and $own -notcontains $Address) { throw "The mailbox with the object id $ObjectId does not have the address $Address, but $($own -join ', '). Nothing was changed." }
}

# Properties that an older module does not show are not compared.
function Assert-Property {
    [CmdletBinding()]
    param([object]$Row, [string]$Name, [string]$Want, [string]$What)
    $property = $Row.PSObject.Properties[$Name]
    if ($property -and [string]$property.Value) { Assert-Same -What "$What ($Name)" -Want $Want -Found $property.Value }
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

try {
    Import-RequiredModule -Name 'ExchangeOnlineManagement' -MinimumVersion '3.4.0'
    $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    if ($connection.Count -eq 0) {
        Connect-ExchangeOnline -ShowBanner:$false
        $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    }
    if ($connection.Count -eq 0) { throw 'There is no connection to Exchange Online.' }
    foreach ($session in $connection) { Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found $session.TenantID }

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
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
