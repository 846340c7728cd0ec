/// What application permissions open, for findings.
///
/// Source: Microsoft Graph permissions reference; Exchange Online's own application permissions.
enum RoleCatalog {
    /// The findings for the roles of a Graph token.
    static func graph(_ roles: [String], plan: ProbePlan) -> [RoleFinding] {
        roles.filter { !plan.wantedRoles.contains($0) }.sorted().map { role in
            let (opens, bearing) = graphMeaning(role, doors: plan.doors)
            return RoleFinding(
                resource: "Microsoft Graph", role: role, opens: opens, bearing: bearing,
                mend: bearing == .unprobed && hasDoor(role)
                    ? "remove the permission, or probe what it opens with --all-data"
                    : "remove the permission, or name it in the policy specification's review")
        }
    }

    /// The findings for the roles of a token for Exchange Online itself.
    static func exchange(_ roles: [String]) -> [RoleFinding] {
        roles.sorted().map { role in
            let meaning: (String, RoleFinding.Bearing) =
                switch role.lowercased() {
                case "full_access_as_app":
                    ("every mailbox by EWS, unless an access policy narrows it", .unprobed)
                case "imap.accessasapp", "pop.accessasapp":
                    ("mailboxes by IMAP or POP, where the app was given permission on them", .unprobed)
                case "smtp.sendasapp": ("sending by SMTP; nothing is read by it", .elsewhere)
                case "exchange.manageasapp", "exchange.manageasappv2":
                    ("Exchange Online PowerShell: with a role it can widen its own access", .unprobed)
                case "mailbox.migration": ("the moving of mailboxes", .unprobed)
                case let name where isMailbox(name):
                    ("mailboxes by Exchange's own interfaces", .unprobed)
                default: ("something of Exchange Online", .elsewhere)
                }
            return RoleFinding(
                resource: "Office 365 Exchange Online", role: role, opens: meaning.0, bearing: meaning.1,
                mend: "remove the permission; mailscope needs none on this resource")
        }
    }

    private static func graphMeaning(
        _ role: String, doors: [ProbeDoor]
    ) -> (opens: String, RoleFinding.Bearing) {
        let name = role.lowercased()
        if name == "mail.send" {
            return ("sending as every mailbox in scope; nothing is read by it", .elsewhere)
        }
        if name.hasPrefix("mail.") {
            let more =
                name.hasPrefix("mail.readwrite") ? "reading, changing and deleting mail" : "reading mail"
            return (more + " in every mailbox, unless an access policy narrows it", .probed)
        }
        for door in ProbeDoor.otherData where name.hasPrefix(door.permission.lowercased() + ".") {
            let isProbed = ProbeDoor.otherData.filter { $0.permission == door.permission }
                .allSatisfy(doors.contains)
            return (
                "\(door.permission) of every mailbox, unless it is narrowed", isProbed ? .probed : .unprobed
            )
        }
        if isMailbox(name) {
            return ("contents of mailboxes, by a way that no access policy covers", .unprobed)
        }
        if ["approleassignment.readwrite.all", "rolemanagement.readwrite", "application.readwrite"].contains(
            where: name.hasPrefix)
        {
            return ("the app can give itself more", .unprobed)
        }
        if name.hasPrefix("group.") || name.hasPrefix("group-conversation.") {
            return ("conversations of Microsoft 365 groups", .elsewhere)
        }
        if name.hasPrefix("user.") || name.hasPrefix("directory.") { return ("the directory", .elsewhere) }
        if name.hasPrefix("files.") || name.hasPrefix("sites.") { return ("files and sites", .elsewhere) }
        return ("something other than mail", .elsewhere)
    }

    private static func hasDoor(_ role: String) -> Bool {
        ProbeDoor.otherData.contains { role.lowercased().hasPrefix($0.permission.lowercased() + ".") }
    }

    private static func isMailbox(_ name: String) -> Bool {
        [
            "mail.", "mail-advanced.", "mailboxitem.", "mailboxfolder.", "mailboxconfigitem.",
            "mailboxsettings.",
            "calendars.", "contacts.", "tasks.", "notes.", "backuprestore", "ediscovery.",
        ].contains(where: name.hasPrefix)
    }
}
