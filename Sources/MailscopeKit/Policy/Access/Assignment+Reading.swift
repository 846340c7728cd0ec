extension AccessEvidence.Assignment {
    /// Nil where the row has no role.
    init?(_ row: EvidenceValue) {
        guard let role = row["Role"].string else { return nil }
        let assignee =
            row["RoleAssignee"].key ?? row["Assignee"].key ?? row["ServicePrincipalObjectId"].key
        self.init(
            name: row["Name"].string ?? row["Identity"].string ?? role, role: role,
            assignee: assignee.flatMap { PlainGUID.isOne($0) ? $0 : nil }, isEnabled: row["Enabled"].bool,
            reach: Self.reach(row))
    }

    private static func reach(_ row: EvidenceValue) -> Reach {
        let kind = row["RecipientWriteScope"].key
        let named = row["CustomResourceScope"].string ?? row["CustomRecipientWriteScope"].string
        let group = row["RecipientGroupScope"].string
        let unit = row["RecipientAdministrativeUnitScope"].string
        if let delegation = row["RoleAssignmentDelegationType"].key, delegation != "regular" {
            return .notUnderstood("it is a delegating assignment ('\(delegation)')")
        }
        if [named, group, unit].compactMap(\.self).count > 1, group != named {
            return .notUnderstood("the row names more than one scope")
        }
        switch kind {
        case "administrativeunit", "aduanit", "au":
            return .notUnderstood("the evidence does not show who is in the administrative unit")
        case "group":
            return (group ?? named).map { .group($0) } ?? .notUnderstood("the row does not name its group")
        case "customrecipientscope", "exclusiverecipientscope":
            return named.map { .managementScope($0) } ?? .notUnderstood("the row does not name its scope")
        case nil, "organization", "notapplicable":
            if unit != nil {
                return .notUnderstood("the evidence does not show who is in the administrative unit")
            }
            if let group { return .group(group) }
            if let named {
                // A row that says both is believed in neither.
                return kind == nil
                    ? .managementScope(named)
                    : .notUnderstood("the row says '\(kind ?? "")' and names the scope '\(named)'")
            }
            return kind != nil || row.has("CustomResourceScope")
                ? .organization : .notUnderstood("the row does not say its scope")
        case let other?: return .notUnderstood("the kind of scope '\(other)' is not known")
        }
    }
}
