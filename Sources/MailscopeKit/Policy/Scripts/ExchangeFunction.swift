/// Functions of the scripts that run in Exchange Online PowerShell. Fixed text.
enum ExchangeFunction {
    /// Stands in the script's own `try`: a module that is imported in a function is not always seen outside.
    static let connect = #"""
        Import-RequiredModule -Name 'ExchangeOnlineManagement' -MinimumVersion '3.4.0'
        $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
        if ($connection.Count -eq 0) {
            Connect-ExchangeOnline -ShowBanner:$false
            $connection = @(Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' })
        }
        if ($connection.Count -eq 0) { throw 'There is no connection to Exchange Online.' }
        foreach ($session in $connection) { Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found $session.TenantID }
        """#

    static let assertCommand = #"""
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
        """#

    static let assertMailbox = #"""
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
        """#

    static let assertProperty = #"""
        # Properties that an older module does not show are not compared.
        function Assert-Property {
            [CmdletBinding()]
            param([object]$Row, [string]$Name, [string]$Want, [string]$What)
            $property = $Row.PSObject.Properties[$Name]
            if ($property -and [string]$property.Value) { Assert-Same -What "$What ($Name)" -Want $Want -Found $property.Value }
        }
        """#

    static let filterID = #"""
        # The object ids in a recipient filter that only compares ExternalDirectoryObjectId; anything else in it is refused.
        function Get-FilterId {
            [CmdletBinding()]
            param([string]$Filter)
            $pattern = "ExternalDirectoryObjectId\s+-eq\s+'([0-9a-fA-F-]{36})'"
            $rest = ($Filter -replace $pattern, '') -replace '(?i)-or', '' -replace '[\s()]', ''
            if ($rest) { throw "The management scope '$ScopeName' filters by more than object ids: $Filter" }
            [regex]::Matches($Filter, $pattern, 'IgnoreCase') | ForEach-Object { $_.Groups[1].Value.ToLowerInvariant() } | Sort-Object
        }
        """#

    static let roleRows = #"""
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
        """#
}
