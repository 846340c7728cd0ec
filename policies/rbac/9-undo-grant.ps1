# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 2523675828a16c22a565f9a7eb3a7b17cf887fedaac7b83e518611f4b7eedc93

<#
.SYNOPSIS
Takes the permission of the app away again. Run this before 9-undo-confine.ps1.
.DESCRIPTION
Runs in Microsoft Graph PowerShell. Removes the grants that 3-grant.ps1 makes and leaves everything else of the app alone.
Leaves a record with the time, because tokens that were handed out before stay good for more than an hour. Needs the role Privileged Role Administrator.
.PARAMETER RecordPath
Where the record for 9-undo-confine.ps1 is written.
.EXAMPLE
./9-undo-grant.ps1 -WhatIf
Shows the plan and changes nothing. Without -WhatIf every change is asked for; -Confirm:$false asks nothing.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [Parameter()][string]$RecordPath = (Join-Path $PSScriptRoot 'undo.json')
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
$ServicePrincipalId = '3c0f8f0e-9a55-4f0c-8a3b-6f1d2f0f5a22'
$Permissions = @(
    [pscustomobject]@{ Name = 'Mail.Read'; Id = '810c84a8-4a9e-49e6-bf7d-12d183f40d01'; Role = 'Application Mail.Read' }
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

# One object of Microsoft Graph, with the names that Graph uses.
function Get-One {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Uri)
    if (-not $Uri.StartsWith('/v1.0/') -and -not $Uri.StartsWith('https://')) { throw "No address of Microsoft Graph: $Uri" }
    Invoke-Patiently -Action { Invoke-MgGraphRequest -Method GET -Uri $Uri -OutputType PSObject -ErrorAction Stop }
}

# One page of a Graph collection after the other.
function Get-Row {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Uri)
    while ($Uri) {
        $page = Get-One -Uri $Uri
        $page.value
        $next = $page.PSObject.Properties['@odata.nextLink']
        $Uri = if ($next) { [string]$next.Value } else { '' }
    }
}

# The rows of a collection that a filter lets through.
function Get-FilteredRow {
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Collection, [Parameter(Mandatory)][string]$Filter)
    Get-Row -Uri ($Collection + '?$filter=' + [uri]::EscapeDataString($Filter))
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

# The enterprise application of this app, if it is the one that the specification names.
function Get-Principal {
    [CmdletBinding()]
    param()
    $found = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '$AppId'" | Where-Object { $_.appId -eq $AppId })
    if ($found.Count -ne 1) { throw "There are $($found.Count) enterprise applications for the client id $AppId instead of one. Nothing was changed." }
    Assert-Same -IgnoreCase -What 'The object id of the enterprise application' -Want $ServicePrincipalId -Found $found[0].id
    $found[0]
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

# Microsoft Graph as this tenant knows it, with the ids of its permissions.
function Get-GraphResource {
    [CmdletBinding()]
    param()
    $found = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '00000003-0000-0000-c000-000000000000'" | Where-Object { $_.appId -eq '00000003-0000-0000-c000-000000000000' })
    if ($found.Count -ne 1) { throw 'This tenant does not show its Microsoft Graph service principal.' }
    $found[0]
}

# The grants that 3-grant.ps1 makes: these permissions, on Microsoft Graph and on nothing else.
function Get-OwnGrant {
    [CmdletBinding()]
    param([string]$Id, [string]$GraphId)
    $wanted = @($Permissions | ForEach-Object { $_.Id })
    Get-Row -Uri "/v1.0/servicePrincipals/$Id/appRoleAssignments" | Where-Object { $_ -and $_.resourceId -eq $GraphId -and $wanted -contains $_.appRoleId }
}

try {
    Import-RequiredModule -Name 'Microsoft.Graph.Authentication' -MinimumVersion '2.10.0'
    Import-RequiredModule -Name 'Microsoft.Graph.Applications' -MinimumVersion '2.10.0'
    if ($null -eq (Get-MgContext)) { Connect-MgGraph -TenantId $TenantId -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All' -NoWelcome }
    if ($null -eq (Get-MgContext)) { throw 'There is no connection to Microsoft Graph.' }
    Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found (Get-MgContext).TenantId

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
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
