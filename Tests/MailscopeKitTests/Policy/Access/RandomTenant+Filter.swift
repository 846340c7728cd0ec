import TenantSimulator

extension RandomTenant.Filter {
    /// As an administrator writes it.
    var text: String {
        switch self {
        case .ids(let mailboxes):
            mailboxes.map { "(ExternalDirectoryObjectId -eq '\(RandomTenant.mailbox($0).uppercased())')" }
                .joined(separator: " -or ")
        case .notID(let mailbox): "ExternalDirectoryObjectId -ne '\(RandomTenant.mailbox(mailbox))'"
        case .address: "EmailAddresses -eq 'Second@contoso.test'"
        case .alias: "Alias -eq 'm1'"
        case .memberOf(let group): "MemberOfGroup -eq '\(RandomTenant.distinguishedName(group))'"
        case .department: "Department -eq 'Sales'"
        case .mixed: "Alias -eq 'm1' -or Alias -eq 'm2' -and Department -eq 'Sales'"
        case .not(let inner): "-not (\(inner.text))"
        case .both(let left, let right): "(\(left.text)) -and (\(right.text))"
        case .either(let left, let right): "(\(left.text)) -or (\(right.text))"
        }
    }

    /// One thing that is not understood makes the whole not understood.
    var isUnderstood: Bool {
        switch self {
        case .mixed: false
        case .not(let inner): inner.isUnderstood
        case .both(let left, let right), .either(let left, let right):
            left.isUnderstood && right.isUnderstood
        default: true
        }
    }
}

extension RandomTenant {
    static func distinguishedName(_ index: Int) -> String {
        SimulatedGroup(objectID: group(index), name: "G\(index)", address: "g\(index)@contoso.test")
            .distinguishedName(domain: "contoso.test")
    }
}
