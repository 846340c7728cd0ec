/// An application permission, known by its resource and its id together.
package struct AppRole: Sendable, Equatable {
    package static let graph = "00000003-0000-0000-c000-000000000000"
    package static let exchange = "00000002-0000-0ff1-ce00-000000000000"

    /// What a permission lets an app reach.
    package enum Reach: Sendable, Equatable {
        /// Mail of every mailbox, cut down by application access policies.
        case mailUnderPolicies(Set<MailRight>)
        /// Mail of every mailbox, whatever the policies say.
        case mailPastPolicies(Set<MailRight>)
        /// Mail perhaps; with the reason why it cannot be told.
        case mailPerhaps(Set<MailRight>, String)
        /// Mail of those mailboxes that give the app a permission of their own.
        case mailByMailboxPermission
        /// The app can give itself more.
        case itself
        /// No mail of a mailbox.
        case otherData
        /// No permission at all: the app is merely assigned to the resource.
        case nothing
    }

    /// For people: `Mail.Read`, or the id where the name is not known.
    package let name: String
    package let resource: String?
    package let reach: Reach

    package init(_ grant: AccessEvidence.Grant) {
        resource = grant.resourceAppID
        let pinned: String? =
            switch grant.resourceAppID {
            case Self.graph?: Self.ofGraph[grant.appRoleID]
            case Self.exchange?: Self.ofExchange[grant.appRoleID]
            default: nil
            }
        let known = pinned ?? grant.value
        name = known ?? grant.appRoleID
        if grant.appRoleID == "00000000-0000-0000-0000-000000000000" {
            reach = .nothing
        } else if grant.resourceAppID == nil {
            reach = .mailPerhaps(
                MailRight.all, "the evidence does not say on which resource \(name) is granted")
        } else if let pinned, let value = grant.value, pinned != value {
            reach = .mailPerhaps(
                MailRight.all, "the evidence calls \(grant.appRoleID) '\(value)', and it is '\(pinned)'")
        } else if let known {
            reach =
                switch grant.resourceAppID {
                case Self.graph?: Self.reachOnGraph(known)
                case Self.exchange?: Self.reachOnExchange(known)
                default: .otherData
                }
        } else if grant.resourceAppID == Self.graph || grant.resourceAppID == Self.exchange {
            reach = .mailPerhaps(MailRight.all, "nobody knows the permission \(grant.appRoleID)")
        } else {
            reach = .otherData
        }
    }

    /// The resource's name for people.
    package var resourceName: String {
        switch resource {
        case Self.graph?: "Microsoft Graph"
        case Self.exchange?: "Office 365 Exchange Online"
        case let id?: "the resource \(id)"
        case nil: "a resource that the evidence does not name"
        }
    }

    private static func reachOnGraph(_ name: String) -> Reach {
        switch name {
        case "Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite", "Mail.Send":
            .mailUnderPolicies(MailRight.given(by: name))
        case "Mail-Advanced.ReadWrite.All", "MailboxItem.Read.All", "MailboxItem.ReadWrite.All",
            "MailboxItem.Export.All", "MailboxItem.ImportExport.All":
            .mailPastPolicies(MailRight.given(by: name))
        case "RoleManagement.ReadWrite.Directory", "RoleManagement.ReadWrite.Exchange",
            "AppRoleAssignment.ReadWrite.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy",
            "Directory.ReadWrite.All", "Group.ReadWrite.All":
            .itself
        // A permission that is not on the list and has to do with mail is no reason for calm.
        case _ where ofGraph.values.contains(name) || !name.hasPrefix("Mail"): .otherData
        case "MailboxConfigItem.Read", "MailboxConfigItem.ReadWrite", "MailTips.ReadBasic.All": .otherData
        default: .mailPerhaps(MailRight.all, "it is not known which mail '\(name)' opens")
        }
    }

    private static func reachOnExchange(_ name: String) -> Reach {
        switch name {
        case "full_access_as_app":
            .mailPerhaps(MailRight.all, "'\(name)' opens every mailbox where EWS still answers")
        case "Mail.Read", "Mail.ReadWrite", "Mail.Send":
            .mailPerhaps(
                MailRight.given(by: name), "'\(name)' on this resource is for an interface that is retired")
        case "IMAP.AccessAsApp", "POP.AccessAsApp": .mailByMailboxPermission
        case "SMTP.SendAsApp":
            .mailPerhaps([.send], "'\(name)' sends where a mailbox or the organization allows it")
        case "Mailbox.Migration": .mailPerhaps(MailRight.all, "it is not known which mail '\(name)' opens")
        case "Exchange.ManageAsApp", "Exchange.ManageAsAppV2", "Organization.ReadWrite.All": .itself
        case _ where ofExchange.values.contains(name): .otherData
        default: .mailPerhaps(MailRight.all, "it is not known which mail '\(name)' opens")
        }
    }
}
