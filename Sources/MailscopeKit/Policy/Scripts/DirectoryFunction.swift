/// Functions of the scripts that run in Microsoft Graph PowerShell. Fixed text.
enum DirectoryFunction {
    /// Stands in the script's own `try`. `scopes` are fixed words of ours.
    static func connect(scopes: [String]) -> String {
        let list = scopes.map(PowerShellLiteral.quoted).joined(separator: ", ")
        return #"""
            Import-RequiredModule -Name 'Microsoft.Graph.Authentication' -MinimumVersion '2.10.0'
            Import-RequiredModule -Name 'Microsoft.Graph.Applications' -MinimumVersion '2.10.0'
            if ($null -eq (Get-MgContext)) { Connect-MgGraph -TenantId $TenantId -Scopes \#(list) -NoWelcome }
            if ($null -eq (Get-MgContext)) { throw 'There is no connection to Microsoft Graph.' }
            Assert-Same -IgnoreCase -What 'The tenant you are connected to' -Want $TenantId -Found (Get-MgContext).TenantId
            """#
    }

    static let principal = #"""
        # The enterprise application of this app, if it is the one that the specification names.
        function Get-Principal {
            [CmdletBinding()]
            param()
            $found = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '$AppId'" | Where-Object { $_.appId -eq $AppId })
            if ($found.Count -ne 1) { throw "There are $($found.Count) enterprise applications for the client id $AppId instead of one. Nothing was changed." }
            Assert-Same -IgnoreCase -What 'The object id of the enterprise application' -Want $ServicePrincipalId -Found $found[0].id
            $found[0]
        }
        """#

    static let graphResource = #"""
        # Microsoft Graph as this tenant knows it, with the ids of its permissions.
        function Get-GraphResource {
            [CmdletBinding()]
            param()
            $found = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '00000003-0000-0000-c000-000000000000'" | Where-Object { $_.appId -eq '00000003-0000-0000-c000-000000000000' })
            if ($found.Count -ne 1) { throw 'This tenant does not show its Microsoft Graph service principal.' }
            $found[0]
        }
        """#
}
