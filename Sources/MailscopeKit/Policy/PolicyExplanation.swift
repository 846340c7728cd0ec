/// A specification in words: who will be able to read what, by which way, and what it leaves open.
package enum PolicyExplanation {
    /// Paragraphs, a line each or several.
    package static func text(of specification: PolicySpecification) -> String {
        [who(specification), how(specification), order(specification), remains(specification)]
            .joined(separator: "\n\n")
    }

    private static func who(_ specification: PolicySpecification) -> String {
        let what =
            specification.permissions.contains(.mailRead)
            ? "whole messages" : "messages without their text and attachments"
        let boxes = specification.mailboxes.map { "  \($0.address)\($0.objectID.map { "  (\($0))" } ?? "")" }
        return """
            The app '\(specification.application.name)' of \(specification.domain) will be able to read \(what), \
            with nobody signed in, in
            \(boxes.joined(separator: "\n"))
            and in no other mailbox. It cannot send, change or delete anything.
            """
    }

    private static func how(_ specification: PolicySpecification) -> String {
        let permissions = specification.permissions.map(\.rawValue).joined(separator: " and ")
        switch specification.method {
        case .applicationAccessPolicy:
            let group = specification.group
            return """
                The directory grants \(permissions), which alone would open every mailbox. An application access policy in \
                Exchange narrows it to the members of the security group '\(group?.name ?? "")' <\(group?.address ?? "")>. \
                Whoever owns that group (\(group?.owner ?? "")) can open another mailbox by making it a member.
                Microsoft calls this way legacy; no date for its end is published. RBAC for Applications is its successor.
                """
        case .rbac:
            return """
                Exchange assigns \(permissions) within the management scope '\(specification.scopeName)', which holds the \
                mailboxes by their object ids. The directory grants nothing; a grant there would open every mailbox.
                """
        }
    }

    private static func order(_ specification: PolicySpecification) -> String {
        guard let plan = PolicyPlan(specification) else {
            return """
                Ids are missing, so only the registration can be written yet. 1-register.ps1 finds them; \
                'mailscope policy adopt FILE app.json' puts them into the specification.
                """
        }
        let steps = plan.steps.enumerated().map {
            "  \($0.offset + 1). \($0.element.shown): \($0.element.reason)"
        }
        return "Steps:\n" + steps.joined(separator: "\n")
    }

    private static func remains(_ specification: PolicySpecification) -> String {
        var lines = [
            "Whoever has the app's key can read these mailboxes, from anywhere.",
            "Application administrators can give the app another certificate, and so can its owners.",
            "Other permissions that the app holds or will get are not narrowed by this; 'mailscope policy check' finds them.",
            "Permissions of persons, delegated ones, are not touched.",
        ]
        if specification.tenantID.allSatisfy({ $0 == "0" || $0 == "-" }) {
            lines.append("The tenant: its id is all zeros, so no scripts can be written yet.")
        }
        if specification.closed.isEmpty {
            lines.append(
                "No mailbox is named that must stay closed ('closed'), so closedness cannot be checked.")
        }
        if specification.application.certificate == nil {
            lines.append("No certificate is named: somebody must add one to the app.")
        }
        return "What stays open:\n" + lines.map { "  - " + $0 }.joined(separator: "\n")
    }
}

extension PolicyStep {
    /// In a word or two.
    package var shown: String {
        switch action {
        case .exchange(let command): command.name
        case .grant(let permission): "grant \(permission.rawValue)"
        case .revoke(let permission): "take back \(permission.rawValue)"
        case .waitForTokens(let minutes): "wait \(minutes / 60) hours"
        case .retirePolicies: "Remove-ApplicationAccessPolicy"
        }
    }
}
