# Written by mailscope 0.1.0 from a policy specification with the SHA-256
# 84b6c32ef2ed3f59bc203257860ba17cd00a7837a2187e5d48c9ad8c5017b1c7

<#
.SYNOPSIS
Writes down what bears on the app's access in the directory. Changes nothing.
.DESCRIPTION
Runs in Microsoft Graph PowerShell. Permissions are read on every resource, not only on Microsoft Graph.
What cannot be read for want of a role is listed as not read; it is never left out in silence. The role Global Reader is enough.
.PARAMETER OutputPath
Where the evidence is written.
.EXAMPLE
./5-evidence-directory.ps1 -WhatIf
Reads as always, and writes no file.
#>

#Requires -Version 5.1

[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
param(
    [Parameter()][string]$OutputPath = (Join-Path $PSScriptRoot 'evidence-directory.json')
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

try {
    Import-RequiredModule -Name 'Microsoft.Graph.Authentication' -MinimumVersion '2.10.0'
    if ($null -eq (Get-MgContext)) { Connect-MgGraph -TenantId $TenantId -Scopes 'Application.Read.All', 'Directory.Read.All' -NoWelcome }
    if ($null -eq (Get-MgContext)) { throw 'There is no connection to Microsoft Graph.' }
    Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found (Get-MgContext).TenantId

    $principals = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '$AppId'" | Where-Object { $_.appId -eq $AppId })
    if ($principals.Count -ne 1) { throw "There are $($principals.Count) enterprise applications for the client id $AppId instead of one." }
    $id = [string]$principals[0].id
    $applications = @(Get-FilteredRow -Collection '/v1.0/applications' -Filter "appId eq '$AppId'" | Where-Object { $_.appId -eq $AppId })

    $resources = @{}
    $grants = @(foreach ($row in @(Get-Row -Uri "/v1.0/servicePrincipals/$id/appRoleAssignments" | Where-Object { $_ })) {
            $key = [string]$row.resourceId
            if (-not $resources.ContainsKey($key)) { $resources[$key] = Get-One -Uri "/v1.0/servicePrincipals/$key" }
            $role = @($resources[$key].appRoles | Where-Object { $_ -and $_.id -eq $row.appRoleId })
            [pscustomobject]@{ id = [string]$row.id; appRoleId = [string]$row.appRoleId; value = $(if ($role.Count -eq 1) { [string]$role[0].value } else { $null }); resourceId = $key; resourceAppId = [string]$resources[$key].appId }
        })
    $delegated = @(Get-Optional -What 'delegatedGrants' -Read {
        foreach ($row in @(Get-Row -Uri "/v1.0/servicePrincipals/$id/oauth2PermissionGrants" | Where-Object { $_ })) { $row | Select-Text -Property 'id', 'consentType', 'principalId', 'resourceId', 'scope' }
    })
    $directoryRoles = @(Get-Optional -What 'directoryRoles' -Read {
        Get-FilteredRow -Collection '/v1.0/roleManagement/directory/roleAssignments' -Filter "principalId eq '$id'" | Where-Object { $_ } | Select-Text -Property 'id', 'roleDefinitionId', 'directoryScopeId'
    })
    $eligible = @(Get-Optional -What 'eligibleDirectoryRoles' -Read {
        Get-FilteredRow -Collection '/v1.0/roleManagement/directory/roleEligibilitySchedules' -Filter "principalId eq '$id'" | Where-Object { $_ } | Select-Text -Property 'id', 'roleDefinitionId', 'directoryScopeId', 'status'
    })
    $memberships = @(Get-Optional -What 'memberships' -Read {
        Get-Row -Uri "/v1.0/servicePrincipals/$id/transitiveMemberOf" | Where-Object { $_ } | Select-Text -Property '@odata.type', 'id', 'displayName', 'roleTemplateId'
    })
    $owners = @(Get-Optional -What 'owners' -Read {
        Get-Row -Uri "/v1.0/servicePrincipals/$id/owners" | Where-Object { $_ } | Select-Text -Property '@odata.type', 'id', 'displayName' | ForEach-Object { [pscustomobject]@{ of = $id; owner = $_ } }
        foreach ($application in $applications) { Get-Row -Uri "/v1.0/applications/$($application.id)/owners" | Where-Object { $_ } | Select-Text -Property '@odata.type', 'id', 'displayName' | ForEach-Object { [pscustomobject]@{ of = [string]$application.id; owner = $_ } } }
    })
    $federated = @(Get-Optional -What 'federatedCredentials' -Read {
        foreach ($application in $applications) { Get-Row -Uri "/v1.0/applications/$($application.id)/federatedIdentityCredentials" | Where-Object { $_ } | Select-Text -Property 'id', 'name', 'issuer', 'subject' }
    })
    $credentials = @(foreach ($holder in $applications + $principals) {
            foreach ($kind in 'keyCredentials', 'passwordCredentials') {
                $property = $holder.PSObject.Properties[$kind]
                if ($property) { @($property.Value | Where-Object { $_ }) | Select-Text -Property 'keyId', 'displayName', 'customKeyIdentifier', 'usage', 'startDateTime', 'endDateTime' | ForEach-Object { [pscustomobject]@{ kind = $kind; on = [string]$holder.id; credential = $_ } } }
            }
        })

    $evidence = [ordered]@{
        schema = 'mailscope-evidence-directory/1'
        tenantId = $TenantId
        clientId = $AppId
        wantedServicePrincipalId = $ServicePrincipalId
        taken = Get-UtcText
        servicePrincipalId = $id
        servicePrincipal = ($principals[0] | Select-Text -Property 'id', 'appId', 'displayName', 'accountEnabled', 'servicePrincipalType', 'appOwnerOrganizationId')
        applications = @($applications | Select-Text -Property 'id', 'appId', 'displayName', 'signInAudience')
        appRoleAssignments = $grants
        delegatedGrants = $delegated
        directoryRoles = $directoryRoles
        eligibleDirectoryRoles = $eligible
        memberships = $memberships
        owners = $owners
        federatedCredentials = $federated
        credentials = $credentials
        notRead = $notRead.ToArray()
    }
    if (Confirm-Change -Target $OutputPath -Action 'write the evidence') { Write-Record -Path $OutputPath -Value $evidence }
    exit 0
}
catch {
    Write-Error -ErrorAction Continue -Message $_.Exception.Message
    exit 1
}
