extension AccessComparison {
    /// Policies that do not do what one might think they do.
    static func policies(_ access: EffectiveAccess, _ wish: AccessWish) -> [AccessFinding] {
        var findings: [AccessFinding] = []
        let section = access.evidence.policies
        let own = section.rows.filter { $0.appIDs.contains(wish.clientID) || $0.appIDs.contains("*") }
        for (index, policy) in section.rows.enumerated() {
            let proof = "applicationAccessPolicies[\(index)]"
            let name = "the policy on '\(policy.scopeName ?? policy.scopeID ?? "?")'"
            if let principal = access.evidence.servicePrincipalID ?? wish.servicePrincipalID,
                policy.appIDs.contains(principal)
            {
                findings.append(
                    AccessFinding(
                        .notAsWanted, .policy,
                        "\(name) was made for the object id of the enterprise application: it binds nobody",
                        reasons: ["policies know apps by their client id, \(wish.clientID)"], proof: proof))
                continue
            }
            guard own.contains(policy) else { continue }
            if policy.appIDs.contains("*") {
                findings.append(AccessFinding(.note, .policy, "\(name) is for every app", proof: proof))
            }
            if policy.right == .denyAccess, !own.contains(where: { $0.right == .restrictAccess }) {
                findings.append(
                    AccessFinding(
                        .note, .policy, "\(name) only denies: every mailbox outside it stays open",
                        proof: proof))
            }
            let group = policy.scopeID.flatMap { id in
                access.evidence.groups.rows.first { $0.objectID == id }
            }
            if group?.isFound == false {
                findings.append(
                    AccessFinding(
                        .cannotTell, .policy, "\(name) has lost its group; without the policy all is open",
                        proof: proof))
            }
        }
        for gap in section.gaps where !access.evidence.grants.rows.isEmpty {
            findings.append(
                AccessFinding(
                    .cannotTell, .policy, "there may be policies that the evidence does not show",
                    reasons: [gap]))
        }
        return findings + policyTests(access)
    }

    /// Where Exchange's own test of the policies says the opposite of what its rows say, neither is believed.
    private static func policyTests(_ access: EffectiveAccess) -> [AccessFinding] {
        let membership = Membership(access.evidence.groups, access.roster)
        let gate = PolicyGate(access.evidence.policies, clientID: access.clientID, membership)
        return access.evidence.recipients.rows.compactMap { recipient in
            guard let test = recipient.policyTest, let id = recipient.objectID,
                let mailbox = access.roster.mailboxes.first(where: { $0.objectID == id })
            else { return nil }
            let expected: Certainty? = test == "granted" ? .yes : test == "denied" ? .no : nil
            let judged = gate.allows(mailbox).certainty
            guard let expected, judged != .cannotTell, judged != expected else { return nil }
            return AccessFinding(
                .cannotTell, .policy,
                "Test-ApplicationAccessPolicy says '\(test)' for \(mailbox.label), and the policies say the opposite"
            )
        }
    }

    /// Ways around what policies and scopes hold back.
    static func doors(_ evidence: AccessEvidence, _ access: EffectiveAccess) -> [AccessFinding] {
        var findings: [AccessFinding] = []
        for (index, row) in evidence.mailboxPermissions.rows.enumerated() {
            findings.append(
                AccessFinding(
                    .notAsWanted, .door,
                    "\(row.mailbox) gives the app a permission of its own: \(row.rights.joined(separator: ", "))",
                    proof: "mailboxPermissions[\(index)]"))
        }
        for (index, row) in evidence.delegatedGrants.rows.enumerated() {
            let harmless: Set<String> = ["openid", "profile", "offline_access", "email", "user.read"]
            let scopes = row.scopes.filter { !harmless.contains($0.lowercased()) }
            let who = row.isForEverybody ? "everybody" : "a person"
            findings.append(
                AccessFinding(
                    scopes.isEmpty ? .note : .notAsWanted, .door,
                    "on behalf of \(who) who signs in, the app may: \(row.scopes.joined(separator: ", "))",
                    reasons: scopes.isEmpty
                        ? [] : ["policies and scopes do not bind what is done for a person"],
                    proof: "delegatedGrants[\(index)]"))
        }
        for row in evidence.directoryRoles.rows {
            findings.append(
                AccessFinding(
                    .notAsWanted, .door,
                    "the app \(row.isEligibleOnly ? "can take" : "holds") the directory role \(row.definition)",
                    reasons: ["a role may let it give itself more"]))
        }
        let names = Set(
            evidence.pointers.rows.flatMap {
                [$0.name?.lowercased(), $0.objectID, $0.appID].compactMap(\.self)
            })
        if evidence.impersonators.contains(where: names.contains) {
            findings.append(
                AccessFinding(.notAsWanted, .door, "the app has the old role ApplicationImpersonation"))
        }
        for (index, grant) in evidence.grants.rows.enumerated() where AppRole(grant).reach == .itself {
            findings.append(
                AccessFinding(
                    .notAsWanted, .door, "with \(AppRole(grant).name) the app can give itself more",
                    proof: "appRoleAssignments[\(index)]"))
        }
        for (index, pointer) in evidence.pointers.rows.enumerated() {
            if let principal = evidence.servicePrincipalID, pointer.objectID != principal {
                findings.append(
                    AccessFinding(
                        .note, .door,
                        "Exchange has a pointer to \(pointer.objectID), which is not the enterprise application",
                        proof: "servicePrincipals[\(index)]"))
            }
        }
        let owners = evidence.owners.rows.map { $0.name ?? $0.objectID }
        if !owners.isEmpty {
            findings.append(
                AccessFinding(
                    .note, .door, "who owns the app can add keys to it: \(owners.joined(separator: ", "))"))
        }
        for row in evidence.credentials.rows {
            let name = row.name.map { " '\($0)'" } ?? ""
            findings.append(
                AccessFinding(
                    .note, .door,
                    "who holds this is the app: \(row.kind)\(name)\(row.end.map { ", until \($0)" } ?? "")"))
        }
        let gaps =
            evidence.delegatedGrants.gaps + evidence.directoryRoles.gaps + evidence.mailboxPermissions.gaps
            + evidence.doorGaps
        findings += gaps.map {
            AccessFinding(.cannotTell, .door, "another door may be open", reasons: [$0])
        }
        findings += (evidence.owners.gaps + evidence.credentials.gaps).map {
            AccessFinding(.note, .door, "who can be the app is not all known", reasons: [$0])
        }
        return findings
    }
}
