/// What a tenant's administrators can see that bears on the access of one app. Ids and addresses are in lower case.
package struct AccessEvidence: Sendable, Equatable {
    package var tenantID: String?
    package var clientID: String?
    /// The object id of the enterprise application, as the directory says it.
    package var servicePrincipalID: String?
    /// When each half was taken, as the scripts wrote it.
    package var taken: [String] = []
    /// Where two files say different things.
    package var conflicts: [String] = []

    package var policies = EvidenceSection<Policy>.missing("applicationAccessPolicies")
    package var groups = EvidenceSection<Group>.missing("groups")
    package var pointers = EvidenceSection<Pointer>.missing("servicePrincipals")
    package var assignments = EvidenceSection<Assignment>.missing("roleAssignments")
    package var scopes = EvidenceSection<Scope>.missing("managementScopes")
    package var mailboxPermissions = EvidenceSection<MailboxPermission>.missing("mailboxPermissions")
    /// Addresses of the mailboxes whose permissions were read; nil where the evidence does not say.
    package var mailboxesLookedAt: [String]?
    /// What is known of mailboxes besides; never needed, and may be left out.
    package var recipients = EvidenceSection<Recipient>([])
    /// Assignments of the old role ApplicationImpersonation, whoever has them.
    package var impersonators: [String] = []
    /// Why there may be doors besides those of the sections here.
    package var doorGaps: [String] = []

    package var grants = EvidenceSection<Grant>.missing("appRoleAssignments")
    package var delegatedGrants = EvidenceSection<DelegatedGrant>.missing("delegatedGrants")
    package var directoryRoles = EvidenceSection<DirectoryRole>.missing("directoryRoles")
    package var owners = EvidenceSection<Owner>.missing("owners")
    package var credentials = EvidenceSection<Credential>.missing("credentials")

    /// Nothing is known.
    package init() {}

    /// An application access policy.
    package struct Policy: Sendable, Equatable {
        package enum Right: String, Sendable { case restrictAccess, denyAccess }

        package var identity: String
        /// Client ids, or `*`.
        package var appIDs: [String]
        /// Nil where it is neither.
        package var right: Right?
        /// The object id of its group or mailbox; nil where the row does not say it.
        package var scopeID: String?
        package var scopeName: String?
        /// False where Exchange itself calls it invalid.
        package var isValid: Bool

        package init(
            identity: String, appIDs: [String], right: Right?, scopeID: String?, scopeName: String? = nil,
            isValid: Bool = true
        ) {
            self.identity = identity
            self.appIDs = appIDs
            self.right = right
            self.scopeID = scopeID
            self.scopeName = scopeName
            self.isValid = isValid
        }
    }

    /// A scope of a policy or an assignment, mostly a group, and its direct members.
    package struct Group: Sendable, Equatable {
        package var objectID: String
        package var name: String?
        package var address: String?
        package var distinguishedName: String?
        /// The recipient's type as Exchange says it; nil where the evidence does not tell.
        package var type: String?
        /// False where Exchange found no such recipient.
        package var isFound: Bool
        package var members: EvidenceSection<Member>

        package init(
            objectID: String, name: String? = nil, address: String? = nil, distinguishedName: String? = nil,
            type: String? = nil, isFound: Bool = true, members: EvidenceSection<Member>
        ) {
            self.objectID = objectID
            self.name = name
            self.address = address
            self.distinguishedName = distinguishedName
            self.type = type
            self.isFound = isFound
            self.members = members
        }
    }

    /// A mailbox or a group within a group.
    package struct Member: Sendable, Equatable {
        package var objectID: String?
        package var address: String?
        package var type: String?

        package init(objectID: String?, address: String? = nil, type: String? = nil) {
            self.objectID = objectID
            self.address = address
            self.type = type
        }
    }

    /// Exchange's pointer to a service principal of the directory.
    package struct Pointer: Sendable, Equatable {
        package var objectID: String
        package var appID: String?
        package var name: String?

        package init(objectID: String, appID: String?, name: String? = nil) {
            self.objectID = objectID
            self.appID = appID
            self.name = name
        }
    }

    /// A role assigned by Exchange's RBAC for Applications.
    package struct Assignment: Sendable, Equatable {
        package enum Reach: Sendable, Equatable {
            case organization
            case managementScope(String)
            /// By object id, name, address or distinguished name.
            case group(String)
            /// With the reason why it is not known.
            case notUnderstood(String)
        }

        package var name: String
        package var role: String
        /// The object id of the service principal; nil where the row does not say it.
        package var assignee: String?
        /// Nil where the row does not say it.
        package var isEnabled: Bool?
        package var reach: Reach

        package init(name: String, role: String, assignee: String?, isEnabled: Bool?, reach: Reach) {
            self.name = name
            self.role = role
            self.assignee = assignee
            self.isEnabled = isEnabled
            self.reach = reach
        }
    }

    /// A named filter over recipients.
    package struct Scope: Sendable, Equatable {
        package var name: String
        package var filter: String?
        /// Nil where there is none.
        package var root: String?
        package var isExclusive: Bool
        /// Whom it holds, as Exchange itself found when it was asked; nil where it was not.
        package var recipients: EvidenceSection<Member>?

        package init(
            name: String, filter: String?, root: String? = nil, isExclusive: Bool = false,
            recipients: EvidenceSection<Member>? = nil
        ) {
            self.name = name
            self.filter = filter
            self.root = root
            self.isExclusive = isExclusive
            self.recipients = recipients
        }
    }

    /// A permission on a mailbox that the service principal holds.
    package struct MailboxPermission: Sendable, Equatable {
        /// An object id or an address.
        package var mailbox: String
        package var rights: [String]

        package init(mailbox: String, rights: [String]) {
            self.mailbox = mailbox
            self.rights = rights
        }
    }

    /// What Exchange knows of a mailbox.
    package struct Recipient: Sendable, Equatable {
        package var objectID: String?
        package var address: String?
        /// All of them, without `smtp:`; nil where not known.
        package var addresses: [String]?
        package var userPrincipalName: String?
        package var alias: String?
        /// Exchange's own answer whether the policies let the app in; nil where it was not asked.
        package var policyTest: String?
        /// False where Exchange found no such mailbox, or several.
        package var isFound: Bool

        package init(
            objectID: String?, address: String? = nil, addresses: [String]? = nil,
            userPrincipalName: String? = nil, alias: String? = nil, policyTest: String? = nil,
            isFound: Bool = true
        ) {
            self.policyTest = policyTest
            self.isFound = isFound
            self.objectID = objectID
            self.address = address
            self.addresses = addresses
            self.userPrincipalName = userPrincipalName
            self.alias = alias
        }
    }

    /// An application permission that the directory grants, on any resource.
    package struct Grant: Sendable, Equatable {
        package var appRoleID: String
        /// The permission's name as the tenant's own resource says it.
        package var value: String?
        /// The resource's client id.
        package var resourceAppID: String?

        package init(appRoleID: String, value: String?, resourceAppID: String?) {
            self.appRoleID = appRoleID
            self.value = value
            self.resourceAppID = resourceAppID
        }
    }

    /// What the app may do for people who are signed in.
    package struct DelegatedGrant: Sendable, Equatable {
        package var scopes: [String]
        package var isForEverybody: Bool

        package init(scopes: [String], isForEverybody: Bool) {
            self.scopes = scopes
            self.isForEverybody = isForEverybody
        }
    }

    /// A role of the directory that the service principal holds.
    package struct DirectoryRole: Sendable, Equatable {
        package var definition: String
        package var scope: String?
        /// True where it must be activated first.
        package var isEligibleOnly: Bool

        package init(definition: String, scope: String?, isEligibleOnly: Bool = false) {
            self.definition = definition
            self.scope = scope
            self.isEligibleOnly = isEligibleOnly
        }
    }

    /// Who may add credentials to the app.
    package struct Owner: Sendable, Equatable {
        package var objectID: String
        package var name: String?

        package init(objectID: String, name: String?) {
            self.objectID = objectID
            self.name = name
        }
    }

    /// A key, certificate or secret of the app.
    package struct Credential: Sendable, Equatable {
        package var kind: String
        package var name: String?
        package var end: String?

        package init(kind: String, name: String?, end: String?) {
            self.kind = kind
            self.name = name
            self.end = end
        }
    }
}

extension EvidenceSection {
    /// The section that nobody has handed in.
    static func missing(_ name: String) -> EvidenceSection {
        EvidenceSection([], gaps: ["the evidence has no '\(name)'"])
    }
}
