extension PolicyScript {
    static func evidenceDirectory(_ specification: PolicySpecification) -> PolicyScript {
        PolicyScript(
            name: "5-evidence-directory.ps1",
            synopsis: "Writes down what bears on the app's access in the directory. Changes nothing.",
            description: #"""
                Runs in Microsoft Graph PowerShell. Permissions are read on every resource, not only on Microsoft Graph.
                What cannot be read for want of a role is listed as not read; it is never left out in silence. The role Global Reader is enough.
                """#,
            parameters: [
                Parameter(
                    name: "OutputPath",
                    declaration: "[string]$OutputPath = (Join-Path $PSScriptRoot 'evidence-directory.json')",
                    help: "Where the evidence is written.")
            ],
            changes: false,
            values: [
                ("TenantId", .text(specification.tenantID)),
                ("AppId", .text(specification.application.clientID ?? "")),
                ("ServicePrincipalId", .text(specification.application.servicePrincipalID ?? "")),
            ],
            functions: [
                ScriptFunction.confirmChange(changes: false), ScriptFunction.importModule,
                ScriptFunction.assertSame, ScriptFunction.invokePatiently, ScriptFunction.getPresent,
                ScriptFunction.getRow, ScriptFunction.utcText, ScriptFunction.writeRecord,
                ScriptFunction.selectText,
                ScriptFunction.optional,
            ],
            body: DirectoryFunction.connect(scopes: ["Application.Read.All", "Directory.Read.All"])
                .replacing(
                    "Import-RequiredModule -Name 'Microsoft.Graph.Applications' -MinimumVersion '2.10.0'\n",
                    with: "") + "\n\n" + evidenceDirectoryBody)
    }

    private static let evidenceDirectoryBody = #"""
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
        """#
}
