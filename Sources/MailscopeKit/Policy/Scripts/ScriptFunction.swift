/// Functions that several scripts have in common. Fixed text; nothing is put into it.
enum ScriptFunction {
    static func confirmChange(changes: Bool) -> String {
        changes ? confirmHigh : confirmHigh.replacing("'High'", with: "'Low'")
    }

    private static let confirmHigh = #"""
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
        """#

    static let importModule = #"""
        # Not by a requires line: with one, the exit code is lost where the module runs functions of its own while loading.
        function Import-RequiredModule {
            [CmdletBinding()]
            param([string]$Name, [version]$MinimumVersion)
            if (-not (Get-Module -ListAvailable -Name $Name | Where-Object { $_.Version -ge $MinimumVersion })) {
                throw "The PowerShell module $Name, version $MinimumVersion or later, is not installed. Install it with: Install-Module $Name -Scope CurrentUser"
            }
            Import-Module -Name $Name -MinimumVersion $MinimumVersion -ErrorAction Stop
        }
        """#

    static let assertSame = #"""
        # Ids and addresses are the same in any case; names, roles and filters are not.
        function Assert-Same {
            [CmdletBinding()]
            param([string]$What, [object]$Want, [object]$Found, [switch]$IgnoreCase)
            $isSame = if ($IgnoreCase) { [string]$Want -eq [string]$Found } else { [string]$Want -ceq [string]$Found }
            if (-not $isSame) {
                throw "Found something else than expected, so nothing was changed. $What is '$Found' instead of '$Want'."
            }
        }
        """#

    static let invokePatiently = #"""
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
        """#

    static let getPresent = #"""
        # What a read finds; nothing there is nothing, every other failure is a failure. Wrap the call in @().
        function Get-Present {
            [CmdletBinding()]
            param([Parameter(Mandatory)][scriptblock]$Read)
            Invoke-Patiently -Action $Read -NothingPattern '*ManagementObjectNotFoundException*'
        }
        """#

    static let getRow = #"""
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
        """#

    static let utcText = #"""
        function Get-UtcText {
            [CmdletBinding()]
            [OutputType([string])]
            param()
            return [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture)
        }
        """#

    static let writeRecord = #"""
        # The same bytes in Windows PowerShell and in PowerShell 7, wherever the process was started.
        function Write-Record {
            [CmdletBinding()]
            param([string]$Path, [object]$Value)
            $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
            [System.IO.File]::WriteAllText($full, ((ConvertTo-Json -InputObject $Value -Depth 8) + "`n"), (New-Object System.Text.UTF8Encoding $false))
            Write-Information "Record: $full"
        }
        """#

    static let readRecord = #"""
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
        """#

    static let moment = #"""
        # PowerShell 7 reads a time as a date, Windows PowerShell 5.1 as text.
        function ConvertTo-Moment {
            [CmdletBinding()]
            [OutputType([DateTime])]
            param([object]$Value)
            if ($Value -is [DateTime]) { return $Value.ToUniversalTime() }
            return [DateTime]::Parse([string]$Value, [System.Globalization.CultureInfo]::InvariantCulture, [System.Globalization.DateTimeStyles]::AdjustToUniversal)
        }
        """#

    static let writePlan = #"""
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
        """#

    static let selectText = #"""
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
        """#

    static let optional = #"""
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
        """#
}
