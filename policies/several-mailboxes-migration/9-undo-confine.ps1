# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 7b7bce55b6974c036d216ca110226c1accd8c67d2d44a95550317094577fcd8c

<#
.SYNOPSIS
Removes the role assignments, the scope and the service principal that 2-confine.ps1 made in Exchange.
.DESCRIPTION
Runs in Exchange Online PowerShell. The assignments go first, so that the app never reads more than before, then the scope, then Exchange's knowledge of the app.
Stops at an assignment that 2-confine.ps1 did not make. The app's registration stays; it can do nothing. Needs the role group Organization Management.
.PARAMETER WaitSeconds
How long to wait until Exchange knows what was just made.
.EXAMPLE
./9-undo-confine.ps1 -WhatIf
Shows the plan and changes nothing. Without -WhatIf every change is asked for; -Confirm:$false asks nothing.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
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

try {
    Import-RequiredModule -Name 'ExchangeOnlineManagement' -MinimumVersion '3.4.0'
    $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    if ($connection.Count -eq 0) {
        Connect-ExchangeOnline -ShowBanner:$false
        $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    }
    if ($connection.Count -eq 0) { throw 'There is no connection to Exchange Online.' }
    foreach ($session in $connection) { Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found $session.TenantID }

    Assert-Command -Name 'Remove-ManagementRoleAssignment', 'Remove-ManagementScope', 'Remove-ServicePrincipal' -Role 'Organization Management'
    $ids = @($Mailboxes | ForEach-Object { $_.ObjectId.ToLowerInvariant() } | Sort-Object)
    $principals = @(Get-Present { Get-ServicePrincipal -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId -or $_.ObjectId -eq $ServicePrincipalId })
    if ($principals.Count -gt 1) { throw 'Two service principals in Exchange carry this app or object id. Nothing was changed.' }
    if ($principals.Count -eq 1) {
        Assert-Same -IgnoreCase -What 'The app id of the service principal in Exchange' -Want $AppId -Found $principals[0].AppId
        Assert-Same -IgnoreCase -What 'The object id of the service principal in Exchange' -Want $ServicePrincipalId -Found $principals[0].ObjectId
    }
    $rows = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
    foreach ($row in $rows) {
        if ($Roles -cnotcontains [string]$row.Role -or [string]$row.CustomResourceScope -cne $ScopeName) { throw "The assignment '$($row.Name)' of the role '$($row.Role)' was not made by 2-confine.ps1. Nothing was changed." }
    }
    $scopes = @(Get-Present { Get-ManagementScope -ErrorAction Stop } | Where-Object { $_.Name -ceq $ScopeName })
    if ($scopes.Count -eq 1) { Assert-Same -What "What the scope '$ScopeName' holds" -Want ($ids -join ' ') -Found (@(Get-FilterId $scopes[0].RecipientFilter) -join ' ') }
    $plan = New-Object System.Collections.Generic.List[string]
    foreach ($row in $rows) { $plan.Add("Remove the assignment '$($row.Name)' ($($row.Role)).") }
    foreach ($row in $scopes) { $plan.Add("Remove the management scope '$($row.Name)'.") }
    foreach ($row in $principals) { $plan.Add("Remove the service principal $($row.ObjectId) from Exchange. The directory keeps its own.") }
    Write-Plan -Step $plan.ToArray()

    foreach ($row in $rows) {
        if (Confirm-Change -Target $row.Name -Action 'Remove-ManagementRoleAssignment') {
            Invoke-Patiently -Action { Remove-ManagementRoleAssignment -Identity $row.Name -Confirm:$false -ErrorAction Stop }
        }
    }
    if (-not $dryRun) {
        $left = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
        $until = [DateTime]::UtcNow.AddSeconds($WaitSeconds)
        while ($left.Count -gt 0 -and $left.Count -lt $rows.Count -and [DateTime]::UtcNow -lt $until) {
            Start-Sleep -Seconds 3
            $left = @(Get-RoleRow -Principal $principals | Where-Object { $_ })
        }
        if ($left.Count -gt 0) { throw "The app still has $($left.Count) assignment(s), so the scope stays. Run this script again." }
    }
    foreach ($row in $scopes) {
        if (Confirm-Change -Target $row.Name -Action 'Remove-ManagementScope') {
            Invoke-Patiently -Action { Remove-ManagementScope -Identity $row.Name -Confirm:$false -ErrorAction Stop }
        }
    }
    foreach ($row in $principals) {
        if (Confirm-Change -Target $row.ObjectId -Action 'Remove-ServicePrincipal') {
            Invoke-Patiently -Action { Remove-ServicePrincipal -Identity $row.ObjectId -Confirm:$false -ErrorAction Stop }
        }
    }
    exit 0
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
