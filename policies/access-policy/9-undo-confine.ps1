# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 4b1a15b214dda4fd6fc4b41c499ec0071fa5a2e0195d001af12d4d436f0924bd

<#
.SYNOPSIS
Removes the policy and the group that 2-confine.ps1 made.
.DESCRIPTION
Runs in Exchange Online PowerShell. Refuses while the grant may still be in use: without the policy, a grant opens every mailbox.
So it goes only after the record that the grant is gone, and only when the tokens of that time have ended. Needs the role Exchange Administrator.
.PARAMETER RecordPath
The record that 9-undo-grant.ps1 wrote.
.PARAMETER GrantPath
The record of 3-grant.ps1, if there is one.
.PARAMETER TokenHours
How long a token of the app may live: 1.5 hours, or 28 where continuous access evaluation is on for it.
.EXAMPLE
./9-undo-confine.ps1 -WhatIf
Shows the plan and changes nothing. Without -WhatIf every change is asked for; -Confirm:$false asks nothing.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [Parameter()][string]$RecordPath = (Join-Path $PSScriptRoot 'undo.json'),
    [Parameter()][string]$GrantPath = (Join-Path $PSScriptRoot 'grant.json'),
    [Parameter()][ValidateRange(0, 72)][double]$TokenHours = 1.5
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$InformationPreference = 'Continue'

# Connecting and reading happen for real in a dry run too; modules write files while they load, and a WhatIf in force would stop that.
$dryRun = [bool]$WhatIfPreference
$WhatIfPreference = $false

# ---- values ----
$TenantId = '11111111-2222-4333-8444-555555555555'
$AppId = '7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11'
$GroupAddress = 'mailscope-invoice-reader@contoso.onmicrosoft.com'
$Maker = '9-undo-grant.ps1'
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

# The record of another script of this folder, if it is about this tenant and app.
function Read-Record {
    [CmdletBinding()]
    param([string]$Path, [string]$Schema, [string]$Maker)
    if (-not (Test-Path -LiteralPath $Path)) { throw "There is no record at $Path. Run $Maker first." }
    $record = Get-Content -LiteralPath $Path -Raw -ErrorAction Stop | ConvertFrom-Json
    foreach ($name in 'schema', 'tenantId', 'clientId') {
        if (-not $record.PSObject.Properties[$name]) { throw "The record at $Path has no '$name'. Run $Maker again." }
    }
    Assert-Same -What "The kind of the record at $Path" -Want $Schema -Found $record.schema
    Assert-Same -IgnoreCase -What "The tenant in the record at $Path" -Want $TenantId -Found $record.tenantId
    Assert-Same -IgnoreCase -What "The app in the record at $Path" -Want $AppId -Found $record.clientId
    $record
}

# PowerShell 7 reads a time as a date, Windows PowerShell 5.1 as text.
function ConvertTo-Moment {
    [CmdletBinding()]
    [OutputType([DateTime])]
    param([object]$Value)
    if ($Value -is [DateTime]) { return $Value.ToUniversalTime() }
    return [DateTime]::Parse([string]$Value, [System.Globalization.CultureInfo]::InvariantCulture, [System.Globalization.DateTimeStyles]::AdjustToUniversal)
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

try {
    $record = Read-Record -Path $RecordPath -Schema 'mailscope-undo/1' -Maker $Maker
    $gone = ConvertTo-Moment -Value $record.grantGone
    if (Test-Path -LiteralPath $GrantPath) {
        $grant = Read-Record -Path $GrantPath -Schema 'mailscope-grant/1' -Maker '3-grant.ps1'
        if ((ConvertTo-Moment -Value $grant.seen) -gt $gone) { throw "The permission was granted again after the record at $RecordPath was written. Run $Maker again." }
    }
    $safe = $gone.AddHours($TokenHours)
    if ([DateTime]::UtcNow -lt $safe) { throw "Tokens from before the grant was removed may live until $($safe.ToString('yyyy-MM-dd HH:mm')) UTC. Run this script after that." }

    Import-RequiredModule -Name 'ExchangeOnlineManagement' -MinimumVersion '3.4.0'
    $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    if ($connection.Count -eq 0) {
        Connect-ExchangeOnline -ShowBanner:$false
        $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    }
    if ($connection.Count -eq 0) { throw 'There is no connection to Exchange Online.' }
    foreach ($session in $connection) { Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found $session.TenantID }

    Assert-Command -Name 'Remove-ApplicationAccessPolicy', 'Remove-DistributionGroup' -Role 'Exchange Administrator'
    $group = @(Get-Present { Get-DistributionGroup -Identity $GroupAddress -ErrorAction Stop } | Where-Object { $_.PrimarySmtpAddress -eq $GroupAddress })
    if ($group.Count -gt 1) { throw "There are $($group.Count) groups with the address $GroupAddress. Nothing was changed." }
    $groupId = if ($group.Count -eq 1) { [string]$group[0].ExternalDirectoryObjectId } else { '' }
    $all = @(Get-Present { Get-ApplicationAccessPolicy -ErrorAction Stop } | Where-Object { $_ })
    $mine = @($all | Where-Object { $_.AppId -eq $AppId })
    $policy = @($mine | Where-Object { $groupId -and (([string]$_.ScopeIdentityRaw) -split ';')[-1] -eq $groupId -and $_.AccessRight -eq 'RestrictAccess' })
    if ($mine.Count -ne $policy.Count) { throw "The app has $($mine.Count - $policy.Count) other polic(ies) that 2-confine.ps1 did not make. Nothing was changed." }
    # A policy whose group is gone opens or closes what nobody wanted: a group that somebody else's policy uses stays.
    $others = @($all | Where-Object { $_.AppId -ne $AppId -and $groupId -and (([string]$_.ScopeIdentityRaw) -split ';')[-1] -eq $groupId })
    $plan = New-Object System.Collections.Generic.List[string]
    foreach ($row in $policy) { $plan.Add("Remove the policy $($row.Identity).") }
    if ($group.Count -eq 1 -and $others.Count -eq 0) { $plan.Add("Remove the group $GroupAddress.") }
    if ($group.Count -eq 1 -and $others.Count -gt 0) { Write-Information "The group $GroupAddress stays: $($others.Count) polic(ies) of other apps use it." }
    Write-Plan -Step $plan.ToArray()
    foreach ($row in $policy) {
        if (Confirm-Change -Target $row.Identity -Action 'Remove-ApplicationAccessPolicy') {
            Invoke-Patiently -Action { Remove-ApplicationAccessPolicy -Identity $row.Identity -Confirm:$false -ErrorAction Stop }
        }
    }
    if (-not $dryRun) {
        $left = @(Get-Present { Get-ApplicationAccessPolicy -ErrorAction Stop } | Where-Object { $_.AppId -eq $AppId })
        if ($left.Count -gt 0) { throw "The app still has $($left.Count) polic(ies), so the group stays. Run this script again." }
    }
    if ($group.Count -eq 1 -and $others.Count -eq 0 -and (Confirm-Change -Target $GroupAddress -Action 'Remove-DistributionGroup')) {
        Invoke-Patiently -Action { Remove-DistributionGroup -Identity $GroupAddress -Confirm:$false -ErrorAction Stop }
    }
    exit 0
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
