# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 7b7bce55b6974c036d216ca110226c1accd8c67d2d44a95550317094577fcd8c

<#
.SYNOPSIS
Lets the app read its mailboxes and no others, by RBAC for Applications.
.DESCRIPTION
Runs in Exchange Online PowerShell. Tells Exchange of the app, makes a management scope that holds the mailboxes by their object ids, and assigns the role within that scope.
Reads what is there, prints what it would do, does it, reads again. The second run changes nothing. Whatever deviates stops it.
Needs the role group Organization Management.
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
$ScopeName = 'mailscope Abuse desk'
$Roles = @('Application Mail.Read', 'Application Mail.ReadBasic')
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

# The object ids in a recipient filter that only compares ExternalDirectoryObjectId; anything else in it is refused.
function Get-FilterId {
    [CmdletBinding()]
    param([string]$Filter)
    $pattern = "ExternalDirectoryObjectId\s+-eq\s+'([0-9a-fA-F-]{36})'"
    $rest = ($Filter -replace $pattern, '') -replace '(?i)-or', '' -replace '[\s()]', ''
    if ($rest) { throw "The management scope '$ScopeName' filters by more than object ids: $Filter" }
    [regex]::Matches($Filter, $pattern, 'IgnoreCase') | ForEach-Object { $_.Groups[1].Value.ToLowerInvariant() } | Sort-Object
}

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

try {
    Import-RequiredModule -Name 'ExchangeOnlineManagement' -MinimumVersion '3.4.0'
    $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    if ($connection.Count -eq 0) {
        Connect-ExchangeOnline -ShowBanner:$false
        $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    }
    if ($connection.Count -eq 0) { throw 'There is no connection to Exchange Online.' }
    foreach ($session in $connection) { Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found $session.TenantID }

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
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
