extension PolicyScript {
    static func register(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "1-register.ps1",
            synopsis: "Registers the app with its certificate, finds the ids, and grants nothing.",
            description: #"""
                Runs in Microsoft Graph PowerShell. Reads what is there, prints what it would do, does it, reads again. The second run changes nothing.
                A certificate is added beside those that the app has; none is ever replaced. Needs the role Application Administrator.
                """#,
            parameters: [
                Parameter(
                    name: "RecordPath",
                    declaration: "[string]$RecordPath = (Join-Path $PSScriptRoot 'app.json')",
                    help:
                        "Where the ids are written. 'mailscope policy adopt' puts them into the specification."
                ),
                Parameter(
                    name: "WaitSeconds",
                    declaration: "[ValidateRange(0, 3600)][int]$WaitSeconds = 120",
                    help: "How long to wait until the directory shows what was just made."),
            ],
            changes: true,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppName", .text(specification.application.name)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("CertificateBase64", .text(specification.application.certificate ?? "")),
                (
                    "Mailboxes",
                    .rows(
                        specification.mailboxes.map {
                            [
                                (name: "Address", value: $0.address),
                                (name: "ObjectId", value: $0.objectID ?? ""),
                            ]
                        })
                ),
            ],
            functions: [
                ScriptFunction.confirmChange(changes: true), ScriptFunction.importModule,
                ScriptFunction.assertSame, ScriptFunction.invokePatiently, ScriptFunction.getRow,
                ScriptFunction.writeRecord, ScriptFunction.writePlan, registerFunctions,
            ],
            body: DirectoryFunction.connect(scopes: ["Application.ReadWrite.All", "User.Read.All"])
                + "\n\n" + registerBody)
    }

    private static let registerFunctions = #"""
        # Whether an address is one of a user's: a filter that the service does not heed must not choose for us.
        function Test-OwnAddress {
            [CmdletBinding()]
            [OutputType([bool])]
            param([object]$User, [string]$Address)
            foreach ($name in 'userPrincipalName', 'mail', 'proxyAddresses') {
                $property = $User.PSObject.Properties[$name]
                if ($property -and @(@($property.Value) | ForEach-Object { ([string]$_) -replace '^smtp:', '' }) -contains $Address) { return $true }
            }
            return $false
        }

        # The object id of the user who has this address. An address that two users have, or none, is refused.
        function Get-UserId {
            [CmdletBinding()]
            [OutputType([string])]
            param([string]$Address)
            $text = $Address -replace "'", "''"
            foreach ($filter in "userPrincipalName eq '$text'", "mail eq '$text'", "proxyAddresses/any(p:p eq 'smtp:$text')") {
                $rows = @(Get-Row -Uri ('/v1.0/users?$filter=' + [uri]::EscapeDataString($filter) + '&$select=id,userPrincipalName,mail,proxyAddresses') | Where-Object { $_ })
                $found = @($rows | Where-Object { Test-OwnAddress -User $_ -Address $Address })
                if ($found.Count -gt 1) { throw "There are $($found.Count) users with the address $Address. Put the object id of the right one into the specification." }
                if ($found.Count -eq 1) { return [string]$found[0].id }
            }
            throw "There is no user with the address $Address in this tenant. Nothing was changed."
        }

        # The certificates of an app. Graph gives them whole only for a single app, and only when they are asked for by name.
        function Get-Certificate {
            [CmdletBinding()]
            param([string]$Id)
            $app = Get-One -Uri ('/v1.0/applications/' + $Id + '?$select=keyCredentials')
            $app.keyCredentials | Where-Object { $_ }
        }

        # Whether one of them is ours: by its bytes, or by its thumbprint in one of the forms in which it is kept.
        function Select-OwnKey {
            [CmdletBinding()]
            param([object[]]$Key, [object]$Certificate)
            $marks = @($Certificate.Thumbprint, [System.Convert]::ToBase64String($Certificate.GetCertHash()))
            foreach ($one in $Key) {
                $bytes = $one.PSObject.Properties['key']
                $mark = $one.PSObject.Properties['customKeyIdentifier']
                if (($bytes -and $bytes.Value -ceq $CertificateBase64) -or ($mark -and $marks -ccontains [string]$mark.Value)) { $one }
            }
        }
        """#

    private static let registerBody = #"""
        $certificate = $null
        if ($CertificateBase64) {
            $raw = [System.Convert]::FromBase64String($CertificateBase64)
            $certificate = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, $raw)
            if ($certificate.HasPrivateKey) { throw 'The certificate in this script carries a private key.' }
            Write-Information "Certificate $($certificate.Subject), thumbprint $($certificate.Thumbprint), valid until $($certificate.NotAfter.ToUniversalTime().ToString('yyyy-MM-dd', [System.Globalization.CultureInfo]::InvariantCulture))"
        }
        else {
            Write-Information 'The specification names no certificate, so none is added.'
        }

        $resolved = @(foreach ($mailbox in $Mailboxes) {
                $id = if ($mailbox.ObjectId) { $mailbox.ObjectId } else { Get-UserId -Address $mailbox.Address }
                [pscustomobject]@{ address = $mailbox.Address; objectId = $id }
            })

        $filter = if ($AppId) { "appId eq '$AppId'" } else { "displayName eq '$($AppName -replace "'", "''")'" }
        $apps = @(Get-FilteredRow -Collection '/v1.0/applications' -Filter $filter | Where-Object { $_ })
        if ($AppId -and $apps.Count -eq 0) { throw "There is no app with the client id $AppId in this tenant." }
        if ($apps.Count -gt 1) { throw "There are $($apps.Count) apps called '$AppName'. Put the client id of the right one into the specification." }

        $plan = New-Object System.Collections.Generic.List[string]
        $keys = @()
        $ours = @()
        $principals = @()
        if ($apps.Count -eq 1) {
            if ($AppId) { Assert-Same -IgnoreCase -What 'The client id of the app' -Want $AppId -Found $apps[0].appId }
            Assert-Same -What "The name of the app $($apps[0].appId)" -Want $AppName -Found $apps[0].displayName
            $audience = $apps[0].PSObject.Properties['signInAudience']
            if ($audience -and [string]$audience.Value) { Assert-Same -What "Who may use the app $($apps[0].appId)" -Want 'AzureADMyOrg' -Found $audience.Value }
            $keys = @(Get-Certificate -Id $apps[0].id)
            if ($certificate) { $ours = @(Select-OwnKey -Key $keys -Certificate $certificate) }
            $principals = @(Get-FilteredRow -Collection '/v1.0/servicePrincipals' -Filter "appId eq '$($apps[0].appId)'" | Where-Object { $_.appId -eq $apps[0].appId })
            if (-not $AppId -and $ours.Count -eq 0 -and $principals.Count -eq 1) {
                # Found by its name only, and not made by this script: another app's permissions must not be handed to our certificate.
                $held = @(Get-Row -Uri "/v1.0/servicePrincipals/$($principals[0].id)/appRoleAssignments" | Where-Object { $_ })
                if ($held.Count -gt 0) { throw "There is an app called '$AppName' already ($($apps[0].appId)), and it holds $($held.Count) permission(s). If it is the right one, put its client id into the specification. Nothing was changed." }
            }
        }
        if ($apps.Count -eq 0) { $plan.Add("Register the app '$AppName', for this tenant only$(if ($certificate) { ', with the certificate' }).") }
        elseif ($certificate -and $ours.Count -eq 0) { $plan.Add("Add the certificate to the app '$AppName' ($($apps[0].appId)) beside the $($keys.Count) that it has.") }
        if ($principals.Count -eq 0) { $plan.Add('Create its enterprise application (service principal). It gets no permission.') }
        Write-Plan -Step $plan.ToArray()

        $key = $null
        if ($certificate) { $key = @{ Type = 'AsymmetricX509Cert'; Usage = 'Verify'; Key = $certificate.RawData; DisplayName = $certificate.Subject } }
        if ($apps.Count -eq 0 -and (Confirm-Change -Target $AppName -Action 'New-MgApplication')) {
            if ($key) {
                $made = Invoke-Patiently -Action { New-MgApplication -DisplayName $AppName -SignInAudience 'AzureADMyOrg' -KeyCredentials @($key) -Confirm:$false -ErrorAction Stop }
            }
            else {
                $made = Invoke-Patiently -Action { New-MgApplication -DisplayName $AppName -SignInAudience 'AzureADMyOrg' -Confirm:$false -ErrorAction Stop }
            }
            $apps = @([pscustomobject]@{ id = $made.Id; appId = $made.AppId })
        }
        elseif ($apps.Count -eq 1 -and $key -and $ours.Count -eq 0 -and (Confirm-Change -Target $AppName -Action 'Update-MgApplication: add a certificate')) {
            # The list replaces the one that is there, so what is there goes along.
            $all = @($keys | ForEach-Object { @{ KeyId = $_.keyId; Type = $_.type; Usage = $_.usage; DisplayName = $_.displayName; CustomKeyIdentifier = $_.customKeyIdentifier; Key = $_.key } }) + $key
            Invoke-Patiently -Action { Update-MgApplication -ApplicationId $apps[0].id -KeyCredentials $all -Confirm:$false -ErrorAction Stop }
        }
        if ($principals.Count -eq 0 -and $apps.Count -eq 1 -and (Confirm-Change -Target $apps[0].appId -Action 'New-MgServicePrincipal')) {
            $principal = Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*NoBackingApplicationObject*' -Action { New-MgServicePrincipal -AppId $apps[0].appId -Confirm:$false -ErrorAction Stop }
            $principals = @([pscustomobject]@{ id = $principal.Id })
        }
        if ($dryRun) { exit 0 }

        if ($apps.Count -ne 1 -or $principals.Count -ne 1) { throw 'The app is not registered whole, so no record was written. Run this script again.' }
        if ($certificate) {
            $until = [DateTime]::UtcNow.AddSeconds($WaitSeconds)
            $left = @()
            while ($true) {
                $now = @(Invoke-Patiently -Seconds $WaitSeconds -ErrorIdPattern '*NotFound*' -Action { Get-Certificate -Id $apps[0].id })
                $left = @($keys | ForEach-Object { [string]$_.keyId } | Where-Object { @($now | ForEach-Object { [string]$_.keyId }) -notcontains $_ })
                $ours = @(Select-OwnKey -Key $now -Certificate $certificate)
                if (($ours.Count -gt 0 -and $left.Count -eq 0) -or [DateTime]::UtcNow -ge $until) { break }
                Start-Sleep -Seconds 2
            }
            if ($left.Count -gt 0) { throw "The app no longer shows $($left.Count) certificate(s) that it had: $($left -join ', ')." }
            if ($ours.Count -eq 0) { throw 'The app does not show the certificate. Run this script again.' }
        }
        $record = [ordered]@{
            schema = 'mailscope-app/1'
            tenantId = $TenantId
            clientId = [string]$apps[0].appId
            servicePrincipalId = [string]$principals[0].id
            thumbprint = $(if ($certificate) { $certificate.Thumbprint } else { $null })
            mailboxes = $resolved
        }
        Write-Record -Path $RecordPath -Value $record
        Write-Information "Client id          $($record.clientId)"
        Write-Information "Service principal  $($record.servicePrincipalId)"
        foreach ($mailbox in $resolved) { Write-Information "Mailbox            $($mailbox.objectId)  $($mailbox.address)" }
        exit 0
        """#
}
