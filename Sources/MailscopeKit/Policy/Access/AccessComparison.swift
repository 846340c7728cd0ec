/// What the evidence shows, held against what the specification wants.
package struct AccessComparison: Sendable {
    package let wish: AccessWish
    package let access: EffectiveAccess
    /// One for each mailbox of the roster, in its order.
    package let mailboxFindings: [AccessFinding]
    /// One for each way in, in their order.
    package let wayFindings: [AccessFinding]
    /// On the evidence itself, on policies and on other doors.
    package let otherFindings: [AccessFinding]

    package init(_ evidence: AccessEvidence, _ wish: AccessWish) {
        let access = EffectiveAccess(evidence, wish)
        self.wish = wish
        self.access = access
        mailboxFindings = access.roster.mailboxes.indices.map { Self.mailbox($0, access, wish) }
        wayFindings = access.ways.map { Self.way($0, access, wish) }
        otherFindings =
            Self.identity(evidence, wish, access) + Self.policies(access, wish)
            + Self.doors(evidence, access)
    }

    package var findings: [AccessFinding] { mailboxFindings + wayFindings + otherFindings }

    /// All of it: one thing that is not as wanted is enough, and so is one that cannot be told.
    package var outcome: AccessFinding.Outcome {
        if findings.contains(where: { $0.outcome == .notAsWanted }) { return .notAsWanted }
        if findings.contains(where: { $0.outcome == .cannotTell }) { return .cannotTell }
        return .asWanted
    }

    // MARK: The evidence itself

    private static func identity(
        _ evidence: AccessEvidence, _ wish: AccessWish, _ access: EffectiveAccess
    ) -> [AccessFinding] {
        var doubts = evidence.conflicts + access.roster.conflicts
        if let tenant = evidence.tenantID, tenant != wish.tenantID {
            doubts.append("the evidence is of the tenant \(tenant), the specification of \(wish.tenantID)")
        }
        if let client = evidence.clientID, client != wish.clientID {
            doubts.append("the evidence is of the app \(client), the specification of \(wish.clientID)")
        }
        if let found = evidence.servicePrincipalID, let wanted = wish.servicePrincipalID, found != wanted {
            doubts.append(
                "the enterprise application has the object id \(found), the specification says \(wanted)")
        }
        for recipient in evidence.recipients.rows where !recipient.isFound {
            doubts.append("Exchange knows no mailbox \(recipient.address ?? "without an address")")
        }
        for mailbox in wish.open {
            guard let wanted = mailbox.objectID,
                let found = evidence.recipients.rows.first(where: { $0.address == mailbox.address })?
                    .objectID,
                found != wanted
            else { continue }
            doubts.append(
                "\(mailbox.address) has the object id \(found), the specification says \(wanted)")
        }
        var seen: Set<String> = []
        return doubts.filter { seen.insert($0).inserted }
            .map { AccessFinding(.cannotTell, .evidence, $0) }
    }

    // MARK: Mailboxes

    private static func mailbox(
        _ index: Int, _ access: EffectiveAccess, _ wish: AccessWish
    ) -> AccessFinding {
        let mailbox = access.roster.mailboxes[index]
        let wanted = mailbox.role == .open ? wish.rights : []
        var had: Set<MailRight> = []
        var reasons: [String] = []
        var doubtful: Set<MailRight> = []
        for right in MailRight.allCases {
            let judgement = access.has(right, at: index)
            switch judgement.certainty {
            case .yes: had.insert(right)
            case .no: break
            case .cannotTell:
                doubtful.insert(right)
                reasons += judgement.reasons.filter { !reasons.contains($0) }
            }
        }
        let excess = had.subtracting(wanted)
        let missing = wanted.subtracting(had).subtracting(doubtful)
        if !excess.isEmpty {
            let ways = access.ways.filter {
                !$0.rights.isDisjoint(with: excess) && $0.openings[index].certainty == .yes
            }
            return AccessFinding(
                .notAsWanted, .mailbox,
                "\(mailbox.label) is open to the app beyond what is wanted: \(excess.text)",
                reasons: ways.map { "by " + $0.title })
        }
        if !missing.isEmpty {
            return AccessFinding(
                .notAsWanted, .mailbox, "\(mailbox.label) is closed to the app, and it must \(missing.text)")
        }
        if !doubtful.isEmpty {
            return AccessFinding(
                .cannotTell, .mailbox, "whether the app can \(doubtful.text): \(mailbox.label)",
                reasons: reasons)
        }
        return AccessFinding(
            .asWanted, .mailbox,
            had.isEmpty ? "\(mailbox.label) is closed" : "\(mailbox.label) is open: \(had.text)")
    }

    // MARK: Ways in

    private static func way(
        _ way: AccessWay, _ access: EffectiveAccess, _ wish: AccessWish
    ) -> AccessFinding {
        if case .gap(let gap) = way.source {
            return AccessFinding(
                .cannotTell, .way, "there may be ways in that the evidence does not show", reasons: [gap])
        }
        let reach = way.reach(over: access.roster)
        let text = "\(way.title): \(reach.text)"
        guard way.isWanted(by: wish) else {
            if way.isWithoutEffect {
                return AccessFinding(.note, .way, text, reasons: ["it gives nothing now"], proof: way.proof)
            }
            return AccessFinding(
                .notAsWanted, .way, text, reasons: ["the specification wants no such row"], proof: way.proof)
        }
        let unwanted = zip(access.roster.mailboxes, way.openings).filter {
            $0.role != .open && $1.certainty == .yes
        }
        if !unwanted.isEmpty {
            return AccessFinding(
                .notAsWanted, .way, text,
                reasons: ["it opens \(unwanted.map(\.0.label).joined(separator: ", "))"], proof: way.proof)
        }
        let doubts = way.openings.flatMap(\.reasons)
        if !doubts.isEmpty {
            var seen: Set<String> = []
            return AccessFinding(
                .cannotTell, .way, text, reasons: doubts.filter { seen.insert($0).inserted },
                proof: way.proof)
        }
        return AccessFinding(way.isShut ? .note : .asWanted, .way, text, proof: way.proof)
    }
}
