/// One script: a head, one block of values, and fixed text.
struct PolicyScript: Sendable {
    /// A value of the block at the top.
    enum Value: Sendable {
        case text(String)
        case texts([String])
        case word(String)
        /// Objects with these properties, as a list even where there is one.
        case rows([[(name: String, value: String)]])
    }

    /// A parameter of the script.
    struct Parameter: Sendable {
        let name: String
        /// As PowerShell declares it, attributes included.
        let declaration: String
        let help: String
    }

    let name: String
    let synopsis: String
    let description: String
    var parameters: [Parameter] = []
    /// A script that changes something asks first; one that only reads asks nobody.
    let changes: Bool
    let values: [(name: String, value: Value)]
    let functions: [String]
    /// What happens between `try` and `exit`, without indentation.
    let body: String

    /// The whole text, with LF.
    func text(digest: String, version: String) -> String {
        let parts = [head(digest: digest, version: version), start, valueBlock] + functions + [end]
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func head(digest: String, version: String) -> String {
        let help = parameters.map { ".PARAMETER \($0.name)\n\($0.help)\n" }.joined()
        let impact = changes ? "High" : "Low"
        let declarations = parameters.map { "    [Parameter()]" + $0.declaration }.joined(separator: ",\n")
        let dryRun =
            changes
            ? "Shows the plan and changes nothing. Without -WhatIf every change is asked for; -Confirm:$false asks nothing."
            : "Reads as always, and writes no file."
        return """
            # Written by mailscope \(version) from a policy specification with the SHA-256
            # \(digest)

            <#
            .SYNOPSIS
            \(synopsis)
            .DESCRIPTION
            \(description)
            \(help).EXAMPLE
            ./\(name) -WhatIf
            \(dryRun)
            #>

            #Requires -Version 5.1

            [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = '\(impact)')]
            param(
            \(declarations)
            )
            """
    }

    private var start: String {
        #"""
        Set-StrictMode -Version Latest
        $ErrorActionPreference = 'Stop'
        $InformationPreference = 'Continue'

        # Connecting and reading happen for real in a dry run too; modules write files while they load, and a WhatIf in force would stop that.
        $dryRun = [bool]$WhatIfPreference
        $WhatIfPreference = $false
        """#
    }

    private var valueBlock: String {
        let lines = values.map { "$\($0.name) = \(Self.rendered($0.value))" }
        return (["# ---- values ----"] + lines + ["# ---- end of values ----"]).joined(separator: "\n")
    }

    private static func rendered(_ value: Value) -> String {
        switch value {
        case .text(let text): return PowerShellLiteral.ascii(text)
        case .texts(let texts): return "@(" + texts.map(PowerShellLiteral.ascii).joined(separator: ", ") + ")"
        case .word(let word): return word
        case .rows(let rows):
            let lines = rows.map { row in
                let members = row.map { "\($0.name) = \(PowerShellLiteral.ascii($0.value))" }
                return "    [pscustomobject]@{ " + members.joined(separator: "; ") + " }"
            }
            return "@(\n" + lines.joined(separator: "\n") + "\n)"
        }
    }

    private var end: String {
        let indented = body.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
        return "try {\n" + indented + #"""

            }
            catch {
                Write-Error -ErrorAction Continue -Message $_.Exception.Message
                exit 1
            }
            """#
    }
}
