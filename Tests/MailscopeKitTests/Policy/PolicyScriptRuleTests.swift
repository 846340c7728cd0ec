import Testing

@testable import MailscopeKit

/// What every script must be, read from its text.
@Suite struct PolicyScriptRuleTests {
    static let scripts: [(name: String, text: String)] = (try? PolicySamples.scripts()) ?? []

    func lines(_ text: String) -> [Substring] {
        text.split(separator: "\r\n", omittingEmptySubsequences: false)
    }

    /// Lines that are code, without comments.
    func code(_ text: String) throws -> [Substring] {
        let body = try ValueBlock(of: text).rest
        return lines(body).filter { !$0.drop { $0 == " " }.hasPrefix("#") }
    }

    @Test func coversEveryKind() {
        let names = Set(Self.scripts.map(\.name))
        #expect(names.count == 24)
    }

    @Test(arguments: scripts)
    func isASCIIWithCRLF(script: (name: String, text: String)) {
        let bytes = Array(script.text.utf8)
        let text = script.text.unicodeScalars.filter { $0 != "\r" && $0 != "\n" }
        #expect(text.allSatisfy { $0.value >= 0x20 && $0.value <= 0x7e })
        let breaks = lines(script.text).count - 1
        #expect(bytes.count { $0 == 0x0a } == breaks && bytes.count { $0 == 0x0d } == breaks)
        #expect(script.text.hasSuffix("}\r\n"))
        #expect(!lines(script.text).contains { $0.hasSuffix(" ") })
    }

    @Test(arguments: scripts)
    func beginsAsGetHelpWantsIt(script: (name: String, text: String)) throws {
        let lines = lines(script.text)
        #expect(lines[0] == "# Written by mailscope 1.2.3 from a policy specification with the SHA-256")
        #expect(lines[1] == "# " + PolicySamples.digest)
        #expect(Array(lines[2...4]) == ["", "<#", ".SYNOPSIS"])
        let end = try #require(lines.firstIndex(of: "#>"))
        #expect(Array(lines[end + 1...end + 3]) == ["", "#Requires -Version 5.1", ""])
        #expect(lines[end + 4].hasPrefix("[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = '"))
        #expect(lines[end + 5] == "param(")
        #expect(!lines[4..<end].contains { $0.isEmpty })
        #expect(lines.filter { $0.hasPrefix("#Requires") }.count == 1)
    }

    @Test(arguments: scripts)
    func endsWithAnExitCodeOfItsOwn(script: (name: String, text: String)) {
        #expect(
            script.text.hasSuffix(
                "}\r\ncatch {\r\n    Write-Error -ErrorAction Continue -Message $_.Exception.Message\r\n    exit 1\r\n}\r\n"
            ))
        let text = lines(script.text)
        #expect(["    exit 0", "    exit $worst"].contains(text[text.count - 7]))
    }

    static let changing = [
        "New-DistributionGroup", "Set-DistributionGroup", "Remove-DistributionGroup",
        "New-ApplicationAccessPolicy",
        "Remove-ApplicationAccessPolicy", "New-ServicePrincipal", "Remove-ServicePrincipal",
        "New-ManagementScope",
        "Remove-ManagementScope", "New-ManagementRoleAssignment", "Remove-ManagementRoleAssignment",
        "New-MgApplication",
        "Update-MgApplication", "New-MgServicePrincipal", "New-MgServicePrincipalAppRoleAssignment",
        "Remove-MgServicePrincipalAppRoleAssignment",
    ]
    static let reading = [
        "Get-DistributionGroup", "Get-DistributionGroupMember", "Get-ApplicationAccessPolicy",
        "Get-ServicePrincipal",
        "Get-ManagementScope", "Get-ManagementRoleAssignment", "Get-Mailbox", "Get-Recipient",
        "Get-OrganizationConfig",
        "Get-MailboxPermission", "Test-ApplicationAccessPolicy", "Test-ServicePrincipalAuthorization",
        "Invoke-MgGraphRequest",
    ]

    /// The calls of a cmdlet: where its name is followed by a parameter or ends a command, outside of strings.
    func calls(_ cmdlet: String, in text: String) throws -> [(line: Int, call: Substring)] {
        try code(text).enumerated().flatMap { number, line in
            line.ranges(of: cmdlet + " -").compactMap { range -> (Int, Substring)? in
                let before = line[..<range.lowerBound]
                let isQuoted =
                    before.filter { $0 == "'" }.count % 2 == 1 || before.filter { $0 == "\"" }.count % 2 == 1
                let isWord = before.last.map { $0.isLetter || $0 == "-" } ?? false
                guard !isQuoted, !isWord, !before.hasSuffix("-Name ") else { return nil }
                return (number, line[range.lowerBound...].prefix { $0 != "|" && $0 != "}" })
            }
        }
    }

    @Test(arguments: scripts)
    func asksBeforeEachChange(script: (name: String, text: String)) throws {
        let code = try code(script.text)
        for cmdlet in Self.changing {
            for (number, _) in try calls(cmdlet, in: script.text) {
                let call = code[number]
                #expect(call.contains("-Confirm:$false -ErrorAction Stop"), "\(call)")
                // The question stands in the same line or in an opener above, with less indentation.
                let depth = { (line: Substring) in line.prefix { $0 == " " }.count }
                var above = depth(call)
                var isAsked = call.contains("Confirm-Change")
                for line in code[..<number].reversed() where !isAsked && !line.isEmpty && depth(line) <= above
                {
                    if depth(line) < above || line.contains("continue") { above = depth(line) }
                    if line.contains("Confirm-Change") { isAsked = true }
                    if depth(line) <= 0 || line.hasPrefix("try") { break }
                }
                #expect(isAsked, "\(script.name): \(call)")
            }
        }
    }

    @Test(arguments: scripts)
    func letsNoReadFailInSilence(script: (name: String, text: String)) throws {
        for cmdlet in Self.reading {
            for (_, call) in try calls(cmdlet, in: script.text) where !call.contains("(Get-Command") {
                #expect(call.contains("-ErrorAction Stop"), "\(script.name): \(call)")
            }
        }
    }

    @Test(arguments: scripts)
    func changesNothingInScriptsThatOnlyRead(script: (name: String, text: String)) throws {
        guard script.name.contains("/4-") || script.name.contains("/5-") else { return }
        for cmdlet in Self.changing { #expect(try calls(cmdlet, in: script.text).isEmpty, "\(cmdlet)") }
    }

    @Test(arguments: scripts)
    func assignsNoRoleWithoutAScope(script: (name: String, text: String)) throws {
        for (_, call) in try calls("New-ManagementRoleAssignment", in: script.text) {
            #expect(call.contains(" -CustomResourceScope $ScopeName "), "\(call)")
        }
        let grants = try calls("New-ApplicationAccessPolicy", in: script.text)
        #expect(grants.allSatisfy { $0.call.contains("-AccessRight RestrictAccess") })
        #expect(!script.text.contains("DenyAccess"))
    }

    @Test(arguments: scripts)
    func staysWithWhatPowerShell5Knows(script: (name: String, text: String)) throws {
        let code = try code(script.text).joined(separator: "\n")
        for newer in [
            "??", "?.", " && ", " || ", "-AsHashtable", "-AsArray", "-Parallel", "Join-String", "Test-Json",
            "Get-Error",
            "utf8NoBOM", "ToHexString", "FromHexString", "CreateFromPem", "$IsWindows", "Clean {", " ? ",
            "-Depth 100",
        ] {
            #expect(!code.contains(newer), "\(newer)")
        }
        for foreign in [
            "Invoke-Expression", "Write-Host", "Read-Host", "| iex", "-Force", "@'", "@\"", "Add-Type",
        ] {
            #expect(!code.contains(foreign), "\(foreign)")
        }
    }

    @Test(arguments: scripts)
    func keepsTheTwoProductsApart(script: (name: String, text: String)) {
        let isExchange = script.text.contains("'ExchangeOnlineManagement'")
        #expect(isExchange != script.text.contains("'Microsoft.Graph.Authentication'"))
        #expect(isExchange == script.text.contains("Connect-ExchangeOnline"))
        #expect(script.text.contains("-What 'The tenant you are connected to' -Want $TenantId"))
        #expect(script.text.contains("$dryRun = [bool]$WhatIfPreference\r\n$WhatIfPreference = $false\r\n"))
    }

    @Test(arguments: scripts)
    func usesEveryValueAndEveryFunction(script: (name: String, text: String)) throws {
        let block = try ValueBlock(of: script.text)
        for name in block.values.keys {
            #expect(block.rest.contains("$" + name), "\(script.name): \(name) is not used")
        }
        let names = lines(block.rest).filter { $0.hasPrefix("function ") }.map { $0.dropFirst(9).dropLast(2) }
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(block.rest.ranges(of: name).count > 1, "\(script.name): \(name) is not used")
        }
    }

    @Test func isTheSameEveryTime() throws {
        #expect(try PolicySamples.scripts().map(\.text) == Self.scripts.map(\.text))
    }
}
