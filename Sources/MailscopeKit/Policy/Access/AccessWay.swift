/// One way into mailboxes: a row of the evidence, what it gives, and where.
package struct AccessWay: Sendable {
    package enum Source: Sendable {
        /// A permission that the directory grants, and the policies that bear on it.
        case grant(AppRole, policies: [AccessEvidence.Policy])
        case assignment(AccessEvidence.Assignment)
        /// The evidence does not show all.
        case gap(String)
    }

    package let source: Source
    /// The section of the evidence that the row is from.
    package let section: String
    /// Its place there, from 0.
    package let row: Int?
    package let rights: Set<MailRight>
    /// For each mailbox of the roster, in its order.
    package let openings: [Judgement]

    /// True where it opens nothing, beyond doubt.
    package var isShut: Bool { rights.isEmpty || openings.allSatisfy { $0.certainty == .no } }
}
