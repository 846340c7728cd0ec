/// The README.md of a generated folder, for the administrator who gets it.
struct FolderPage {
    private let specification: PolicySpecification
    private let isMigration: Bool
    private let scripts: [PolicyScript]
    private let digest: String
    private let version: String

    init(
        _ specification: PolicySpecification, isMigration: Bool, scripts: [PolicyScript], digest: String,
        version: String
    ) {
        self.specification = specification
        self.isMigration = isMigration
        self.scripts = scripts
        self.digest = digest
        self.version = version
    }

    private var usesRoles: Bool { isMigration || specification.method == .rbac }

    /// ASCII, with LF.
    var text: String {
        let parts =
            [title, files, preparation, order] + (specification.isComplete ? [afterwards, commands] : [])
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var title: String {
        let mailboxes = specification.mailboxes.map { "- " + Self.shown($0.address) }.joined(separator: "\n")
        let permissions = specification.permissions.map(\.rawValue).joined(separator: ", ")
        let way =
            isMigration
            ? "From an application access policy to RBAC for Applications, with no time in which the app reads less or more."
            : usesRoles
                ? "By RBAC for Applications: Exchange grants the app its permission within a scope; the directory grants nothing."
                : "By an application access policy: the directory grants the permission, and Exchange narrows it to the members of a group."
        return """
            # \(Self.shown(specification.application.name)): one app, \(specification.mailboxes.count == 1 ? "one mailbox" : "\(specification.mailboxes.count) mailboxes")

            These scripts let the app \(Self.shown(specification.application.name)) read (\(permissions)), with nobody signed in, only:

            \(mailboxes)

            \(way)
            Tenant: \(specification.tenantID), \(specification.domain).
            Written by mailscope \(version) from a specification with the SHA-256 \(digest).
            """
    }

    private var files: String {
        let rows = scripts.map { script in
            let window = script.body.contains("'ExchangeOnlineManagement'") ? "Exchange" : "Graph"
            return "| `\(script.name)` | \(window) | \(script.synopsis) |"
        }
        return """
            ## The scripts

            All values stand once, in a block at the top of each script. The rest is fixed text and is the same in every folder.
            Every script reads before it changes, prints a plan, asks before each change, and looks again afterwards.
            A second run says "Nothing to do." Whatever is not as expected stops it with nothing changed.
            `-WhatIf` shows the plan and changes nothing; `Get-Help ./SCRIPT -Full` explains the parameters.

            | script | window | what it does |
            |---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private var preparation: String {
        """
        ## What you need

        - Windows PowerShell 5.1 or PowerShell 7 (the newest ExchangeOnlineManagement asks for 7.6; 3.9.2 runs on 7.4).
        - `Install-Module ExchangeOnlineManagement -Scope CurrentUser` (3.4.0 or later)
        - `Install-Module Microsoft.Graph.Authentication, Microsoft.Graph.Applications -Scope CurrentUser` (2.10.0 or later)
        - Two windows: the two modules cannot share a process. "Exchange" scripts run in one, "Graph" scripts in the other.
        - Roles: Application Administrator to register\(usesRoles ? "" : ", Privileged Role Administrator to grant"), \(usesRoles ? "the role group Organization Management in Exchange" : "Exchange Administrator to confine"), Global Reader to look.
        - A script that was downloaded must be unblocked once: `Unblock-File ./*.ps1`
        - Where you are connected already, that connection is used, if it is one to this tenant. In a national cloud connect first:
          `Connect-ExchangeOnline -ExchangeEnvironmentName ...`, `Connect-MgGraph -Environment ...`
        - With nobody at the keyboard (a runbook) pass `-Confirm:$false`; otherwise PowerShell refuses to ask, and nothing is changed.
        """
    }

    private var order: String {
        guard specification.isComplete else {
            return """
                ## In this order

                1. `./1-register.ps1` registers the app and writes `app.json` beside it. Nothing is granted.
                2. Send `app.json` back. `mailscope policy adopt FILE app.json` puts its ids into the specification, and
                   `mailscope policy generate` then writes the other scripts.
                """
        }
        let steps = isMigration ? migrationSteps : usesRoles ? roleSteps : policySteps
        let lines = steps.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
        return "## In this order\n\n" + lines
    }

    private var policySteps: [String] {
        [
            "`./1-register.ps1` unless the app is there already.",
            "`./2-confine.ps1` makes group and policy, **before** the app may read anything.",
            "Wait an hour. Exchange may take that long, and longer, to heed a new policy, and until then a grant opens every mailbox.",
            "`./3-grant.ps1 -SettleMinutes 60` grants the permission. It refuses before the hour is over, and without the record of step 2.",
            "`./4-check.ps1` asks Exchange what it thinks.",
            "`mailscope verify-scope` asks the mailboxes themselves. Only that is a proof.",
        ]
    }

    private var roleSteps: [String] {
        [
            "`./1-register.ps1` unless the app is there already.",
            "`./2-confine.ps1` tells Exchange of the app and assigns the role, with its scope in the same command.",
            "`./3-grant.ps1` proves that the directory grants the app no mail permission; such a grant would open every mailbox whatever the scope says. `-RemoveEntraGrant` removes one.",
            "`./4-check.ps1` asks Exchange what it thinks.",
            "Leave the app silent for half an hour, then `mailscope verify-scope` asks the mailboxes themselves. Only that is a proof.",
        ]
    }

    private var migrationSteps: [String] {
        [
            "`./2-confine.ps1` adds the role within its scope. The policy stands, and the app reads what it read before.",
            "`./4-check.ps1` must end with 0: from now on both ways lead to the same mailboxes.",
            "Wait two hours, so that every part of Exchange knows the role.",
            "`./3-grant.ps1 -RemoveEntraGrant` takes the directory's grant away. The app goes on reading by its role.",
            "Wait until old tokens have ended: 28 hours, or 1.5 where continuous access evaluation is off for the app.",
            "`./6-retire-policy.ps1` removes the policy and its group. It refuses before the wait is over (`-TokenHours 1.5` shortens it).",
            "Write `method: rbac` in the specification, generate the folder again, and run its `4-check.ps1`.",
            "To go back before step 4: `./9-undo-confine.ps1`. After it: run `3-grant.ps1` of the access policy's folder first.",
        ]
    }

    private var afterwards: String {
        """
        ## How long it takes

        \(usesRoles
                ? "Changes of roles reach the app after 30 minutes (an app that is silent) to 2 hours (one that is busy); asking keeps the old answer alive."
                : "Changes of policies reach the app after 30 minutes to more than a day.") Tokens that were handed out before stay good for 60 to 90 minutes.
        So a first answer of `mailscope verify-scope` may be an old one.

        ## To look at it later

        `./5-evidence-exchange.ps1` and `./5-evidence-directory.ps1` write down everything that bears on the app's access, and
        `mailscope policy check evidence-exchange.json evidence-directory.json` judges it without any network.

        ## To undo it

        \(undo)
        The app's registration stays; without a permission it can do nothing. Delete it in Entra if nobody needs it.
        """
    }

    private var undo: String {
        if isMigration { return "See step 8 above." }
        return usesRoles
            ? "`./9-undo-grant.ps1` (there should be nothing to do), then `./9-undo-confine.ps1`: assignments first, then the scope."
            : "`./9-undo-grant.ps1` first, then, when the old tokens have ended, `./9-undo-confine.ps1`. Never the other way round: without the policy the grant opens every mailbox."
    }

    private var commands: String {
        var chosen = specification
        if isMigration { chosen.method = .rbac }
        let lines = PolicyLines.lines(of: chosen) ?? []
        return """
            ## The same as bare commands

            Without looking first, without a record, and without the checks of the scripts:

            ```powershell
            \(lines.joined(separator: "\n"))
            ```
            """
    }

    /// Somebody's text in Markdown: letters, digits and what addresses need stand for themselves, all else by number.
    private static func shown(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { shown, scalar in
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || " @.-".unicodeScalars.contains(scalar))
            shown += isPlain ? String(scalar) : "&#\(scalar.value);"
        }
    }
}
