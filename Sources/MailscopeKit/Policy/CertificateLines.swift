/// The lines with which an administrator adds a certificate to an app, beside those that it has.
package enum CertificateLines {
    /// One block for Microsoft Graph PowerShell, to be pasted whole: it ends at the first line that fails, for the list
    /// that it writes replaces the one that is there. Run again it changes nothing.
    ///
    /// Printable ASCII.
    ///
    /// - Parameters:
    ///   - tenant: the directory's id or a domain; nil leaves a place to fill in.
    ///   - clientID: the app's; likewise.
    ///   - certificate: base64 of the DER.
    /// - Returns: the lines.
    package static func lines(tenant: String?, clientID: String?, certificate: String) -> [String] {
        let values = [
            ("$TenantId", tenant ?? "the Directory (tenant) ID"),
            ("$AppId", clientID ?? "the Application (client) ID"), ("$Certificate", certificate),
        ].map { name, value in "    \(name) = \(PowerShellLiteral.ascii(value))" }
        return ["& {"] + values + body.split(separator: "\n").map { "    " + $0 } + ["}"]
    }

    // The forms are those of the register script, which have been run.
    private static let body = #"""
        $raw = [System.Convert]::FromBase64String($Certificate)
        $own = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, $raw)
        if ($own.HasPrivateKey) { throw 'This is a private key, not a certificate.' }
        Import-Module -Name 'Microsoft.Graph.Authentication', 'Microsoft.Graph.Applications' -ErrorAction Stop
        Connect-MgGraph -TenantId $TenantId -Scopes 'Application.ReadWrite.All' -NoWelcome -ErrorAction Stop
        $found = Invoke-MgGraphRequest -Method GET -Uri ('/v1.0/applications?$filter=' + [uri]::EscapeDataString("appId eq '$AppId'")) -OutputType PSObject -ErrorAction Stop
        $apps = @($found.value | Where-Object { $_ -and $_.appId -eq $AppId })
        if ($apps.Count -ne 1) { throw "There are $($apps.Count) apps with the client id $AppId in this tenant instead of one." }
        $app = Invoke-MgGraphRequest -Method GET -Uri ('/v1.0/applications/' + $apps[0].id + '?$select=keyCredentials') -OutputType PSObject -ErrorAction Stop
        $keys = @($app.keyCredentials | Where-Object { $_ })
        if (@($keys | Where-Object { $_.key -ceq $Certificate }).Count -gt 0) { 'The app has this certificate already.'; return }
        $key = @{ Type = 'AsymmetricX509Cert'; Usage = 'Verify'; Key = $own.RawData; DisplayName = $own.Subject }
        $all = @($keys | ForEach-Object { @{ KeyId = $_.keyId; Type = $_.type; Usage = $_.usage; DisplayName = $_.displayName; CustomKeyIdentifier = $_.customKeyIdentifier; Key = $_.key } }) + $key
        Update-MgApplication -ApplicationId $apps[0].id -KeyCredentials $all -Confirm:$false -ErrorAction Stop
        "Added beside $($keys.Count) other(s): thumbprint $($own.Thumbprint)"
        """#
}
