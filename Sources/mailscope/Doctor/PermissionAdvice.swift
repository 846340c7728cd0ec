import MailscopeKit

/// What the roles of a token say of the app: too little, too much, or what mailscope needs.
struct PermissionAdvice {
    /// Those that mailscope has no use for, and what they open.
    let superfluous: [(name: String, opens: String)]
    /// Why the roles do not suffice; nil where they do, or where there are none at all.
    let lack: String?
    let needed: [String]

    init(roles: [String], content: MessageContent) {
        let known = roles.map { name in
            AppRole(AccessEvidence.Grant(appRoleID: "", value: name, resourceAppID: AppRole.graph))
        }
        let basic = ["Mail.ReadBasic", "Mail.ReadBasic.All"]
        let wanted = basic + [PolicyPermission.mailRead.rawValue]
        needed = roles.filter(wanted.contains)
        superfluous = known.filter { !wanted.contains($0.name) }.map { ($0.name, Self.opens($0.reach)) }
        let rights = known.reduce(into: Set<MailRight>()) { $0.formUnion(Self.rights($1.reach)) }
        if roles.isEmpty || rights.contains(.read) || (content == .headers && rights.contains(.readBasic)) {
            lack = nil
        } else if rights.contains(.readBasic) {
            lack =
                "\(needed.joined(separator: ", ")) leaves out the text of messages, which 'content: \(content.rawValue)' needs"
        } else {
            lack = "none of them opens mail"
        }
    }

    private static func rights(_ reach: AppRole.Reach) -> Set<MailRight> {
        switch reach {
        case .mailUnderPolicies(let rights), .mailPastPolicies(let rights), .mailPerhaps(let rights, _):
            rights
        case .mailByMailboxPermission, .itself, .otherData, .nothing: []
        }
    }

    /// For people.
    private static func opens(_ reach: AppRole.Reach) -> String {
        switch reach {
        case .mailUnderPolicies(let rights): "\(rights.text) in every mailbox that no access policy closes"
        case .mailPastPolicies(let rights): "\(rights.text) in every mailbox, whatever access policies say"
        case .mailPerhaps(_, let reason): reason
        case .mailByMailboxPermission: "the mail of mailboxes that give it a permission"
        case .itself: "the app can give itself more with it"
        case .otherData: "other data of the organisation, no mail"
        case .nothing: "nothing"
        }
    }
}
