# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 7b7bce55b6974c036d216ca110226c1accd8c67d2d44a95550317094577fcd8c

<#
.SYNOPSIS
Grants the app its permission, once its confinement stands.
.DESCRIPTION
Runs in Microsoft Graph PowerShell, not in the window of 2-confine.ps1: the two modules cannot share a process.
Refuses to grant anything before 2-confine.ps1 has left its record, and while the app holds any other application permission.
The grant is the administrator's consent and takes effect at once; a new policy may take longer than an hour. Needs the role Privileged Role Administrator.
.PARAMETER RecordPath
The record that 2-confine.ps1 wrote.
.PARAMETER GrantPath
Where the record of the grant is written.
.PARAMETER RecordHours
How old the record may be. Run 2-confine.ps1 again to renew it; it changes nothing then.
.PARAMETER SettleMinutes
How long the policy must have stood. 60 or more is wise the first time: until Exchange heeds a new policy, the grant opens every mailbox.
.EXAMPLE
./3-grant.ps1 -WhatIf
Shows the plan and changes nothing. Without -WhatIf every change is asked for; -Confirm:$false asks nothing.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [Parameter()][string]$RecordPath = (Join-Path $PSScriptRoot 'confinement.json'),
    [Parameter()][string]$GrantPath = (Join-Path $PSScriptRoot 'grant.json'),
    [Parameter()][ValidateRange(1, 720)][double]$RecordHours = 24,
    [Parameter()][ValidateRange(0, 2880)][int]$SettleMinutes = 0
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
$Permissions = @(
    [pscustomobject]@{ Name = 'Mail.Read'; Id = '810c84a8-4a9e-49e6-bf7d-12d183f40d01'; Role = 'Application Mail.Read' }
    [pscustomobject]@{ Name = 'Mail.ReadBasic'; Id = '6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a'; Role = 'Application Mail.ReadBasic' }
)
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

# Microsoft Graph as this tenant knows it, with the ids of its permissions.
function Get-GraphResource {
    [CmdletBinding()]
    param()
    $found = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '00000003-0000-0000-c000-000000000000'" | Where-Object { $_.appId -eq '00000003-0000-0000-c000-000000000000' })
    if ($found.Count -ne 1) { throw 'This tenant does not show its Microsoft Graph service principal.' }
    $found[0]
}

try {
    $record = Read-Record -Path $RecordPath -Schema 'mailscope-confinement/1' -Maker '2-confine.ps1'
    Assert-Same -What 'The method in the record of the confinement' -Want 'application-access-policy' -Found $record.method
    if (@($record.policies | Where-Object { $_ }).Count -ne 1) { throw "The record at $RecordPath names no policy. Run 2-confine.ps1 again." }
    $confined = @($record.mailboxes | ForEach-Object { ([string]$_).ToLowerInvariant() } | Sort-Object) -join ' '
    Assert-Same -What 'The mailboxes in the record of the confinement' -Want (@($Mailboxes | ForEach-Object { $_.ObjectId.ToLowerInvariant() } | Sort-Object) -join ' ') -Found $confined
    $seen = ConvertTo-Moment -Value $record.seen
    if ($seen.AddHours($RecordHours) -lt [DateTime]::UtcNow) { throw "The confinement was last seen at $($seen.ToString('yyyy-MM-dd HH:mm')) UTC. Run 2-confine.ps1 again; it changes nothing where all is as it was." }
    $since = ConvertTo-Moment -Value $record.since
    if ($since.AddMinutes($SettleMinutes) -gt [DateTime]::UtcNow) { throw "The policy stands since $($since.ToString('yyyy-MM-dd HH:mm')) UTC, which is less than $SettleMinutes minutes. Run this script after that." }

    Import-RequiredModule -Name 'Microsoft.Graph.Authentication' -MinimumVersion '2.10.0'
    Import-RequiredModule -Name 'Microsoft.Graph.Applications' -MinimumVersion '2.10.0'
    if ($null -eq (Get-MgContext)) { Connect-MgGraph -TenantId $TenantId -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All' -NoWelcome }
    if ($null -eq (Get-MgContext)) { throw 'There is no connection to Microsoft Graph.' }
    Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found (Get-MgContext).TenantId

    $principal = Get-Principal
    $graph = Get-GraphResource
    foreach ($permission in $Permissions) {
        $role = @($graph.appRoles | Where-Object { $_.value -ceq $permission.Name -and $_.allowedMemberTypes -contains 'Application' })
        if ($role.Count -ne 1) { throw "Microsoft Graph in this tenant has no application permission $($permission.Name)." }
        Assert-Same -IgnoreCase -What "The id of $($permission.Name)" -Want $permission.Id -Found $role[0].id
    }
    $wanted = @($Permissions | ForEach-Object { $_.Id })
    $grants = @(Get-Row -Uri "/v1.0/servicePrincipals/$($principal.id)/appRoleAssignments" | Where-Object { $_ })
    # A permission counts with its resource: Exchange Online has some under the same ids as Microsoft Graph.
    $other = @($grants | Where-Object { $_.resourceId -ne $graph.id -or $wanted -notcontains $_.appRoleId })
    if ($other.Count -gt 0) { throw "The app already holds $($other.Count) other application permission(s): $(@($other | ForEach-Object { "$($_.appRoleId) on $($_.resourceId)" }) -join '; '). Nothing was changed." }
    $missing = @($Permissions | Where-Object { @($grants | ForEach-Object { $_.appRoleId }) -notcontains $_.Id })

    $plan = New-Object System.Collections.Generic.List[string]
    foreach ($permission in $missing) { $plan.Add("Grant $($permission.Name) to the app $AppId. This is the administrator's consent and takes effect at once.") }
    if ($missing.Count -gt 0 -and $since.AddHours(1) -gt [DateTime]::UtcNow) {
        $plan.Add("Mind: the policy stands since $($since.ToString('yyyy-MM-dd HH:mm')) UTC only. Exchange may take longer than an hour to heed it, and until then the grant opens every mailbox.")
    }
    Write-Plan -Step $plan.ToArray()

    foreach ($permission in $missing) {
        if (Confirm-Change -Target $principal.id -Action "New-MgServicePrincipalAppRoleAssignment $($permission.Name)") {
            $null = Invoke-Patiently -Action {
                New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.id -PrincipalId $principal.id -ResourceId $graph.id -AppRoleId $permission.Id -Confirm:$false -ErrorAction Stop
            }
        }
    }
    if ($dryRun) { exit 0 }

    $until = [DateTime]::UtcNow.AddSeconds(60)
    while ($true) {
        $grants = @(Get-Row -Uri "/v1.0/servicePrincipals/$($principal.id)/appRoleAssignments" | Where-Object { $_ })
        $held = @($Permissions | Where-Object { @($grants | Where-Object { $_.resourceId -eq $graph.id } | ForEach-Object { $_.appRoleId }) -contains $_.Id })
        if ($held.Count -eq $Permissions.Count -or $missing.Count -eq 0 -or [DateTime]::UtcNow -ge $until) { break }
        Start-Sleep -Seconds 2
    }
    if ($held.Count -ne $Permissions.Count) { throw 'The grant was not made, or does not show yet. Run this script again.' }
    if ($grants.Count -ne $Permissions.Count) { throw "The app holds $($grants.Count) application permissions instead of $($Permissions.Count). Look at it with 5-evidence-directory.ps1." }
    if ($missing.Count -gt 0 -or -not (Test-Path -LiteralPath $GrantPath)) {
        Write-Record -Path $GrantPath -Value ([ordered]@{ schema = 'mailscope-grant/1'; tenantId = $TenantId; clientId = $AppId; permissions = @($Permissions | ForEach-Object { $_.Name }); seen = Get-UtcText })
    }
    exit 0
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
