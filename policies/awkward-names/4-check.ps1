# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 84b6c32ef2ed3f59bc203257860ba17cd00a7837a2187e5d48c9ad8c5017b1c7

<#
.SYNOPSIS
Asks Exchange which of the named mailboxes the app may read. Changes nothing.
.DESCRIPTION
Runs in Exchange Online PowerShell. Test-ApplicationAccessPolicy knows only policies, Test-ServicePrincipalAuthorization only role assignments;
neither knows whether the permission is granted, and both run ahead of what the app gets to see. So this is a first look. The proof is: mailscope verify-scope.
Ends with 0 when all is as wanted, 3 when a mailbox is open that must be closed, 4 when a mailbox of the app is closed, 5 when something could not be told.
.PARAMETER RecordPath
Where the answers are written.
.EXAMPLE
./4-check.ps1 -WhatIf
Reads as always, and writes no file.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
param(
    [Parameter()][string]$RecordPath = (Join-Path $PSScriptRoot 'check.json')
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
$PolicyCounts = $true
$RolesCount = $false
$Permissions = @('Mail.ReadBasic')
$Open = @('o''brien@contoso.com')
$Closed = @()
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
    Import-RequiredModule -Name 'ExchangeOnlineManagement' -MinimumVersion '3.4.0'
    $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    if ($connection.Count -eq 0) {
        Connect-ExchangeOnline -ShowBanner:$false
        $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
    }
    if ($connection.Count -eq 0) { throw 'There is no connection to Exchange Online.' }
    foreach ($session in $connection) { Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found $session.TenantID }

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
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
