/// The open mailboxes by all their names: those of the plan, and those that a row of the list with their object id gives.
///
/// Only a row with the object id that the plan knows teaches names. A list that could say which id is the open mailbox's could
/// pass a closed one off as it.
struct OpenMailboxes: Sendable {
    private let mailboxes: [OpenMailbox]
    /// By the place in `mailboxes`: the object id that the list gives, where the plan has none; only to be contradicted.
    private var objectIDs: [Int: String] = [:]
    /// Names beyond the plan's, lower case.
    private var learned: Set<String> = []
    private let keys: Set<String>
    /// Names that must be closed whatever a list says.
    private let closed: Set<String>

    /// What becomes of a row.
    enum Place {
        /// It is probed; without the names that are an open mailbox's.
        case closed(ClosedMailbox)
        /// It is left out; names that only the list knows to be an open mailbox's, and whether the open mailbox's object id,
        /// which the plan gives, vouches for them. Without it a closed mailbox could be passed off as the open one.
        case open(others: [String], isVouchedFor: Bool)
    }

    init(_ mailboxes: [OpenMailbox], namedClosed closed: Set<String> = []) {
        self.mailboxes = mailboxes
        self.closed = closed
        keys = mailboxes.reduce(into: []) { $0.formUnion($1.keys) }
    }

    /// Whether the row bears a name that the plan knows.
    func bears(_ row: ClosedMailbox) -> Bool { !keys.isDisjoint(with: row.keys) }

    /// Whether each open mailbox's object id is known, so that a row with another one cannot be it.
    var areAllIdentified: Bool {
        mailboxes.allSatisfy { $0.objectID != nil }
    }

    /// Takes the names of a row that is an open mailbox's own.
    ///
    /// - Throws: ``ClosedListError`` where the row, or two of them, contradict what is known: one of the two is wrong.
    mutating func learn(from row: ClosedMailbox, of source: String) throws(ClosedListError) {
        guard let id = row.objectID?.lowercased(), bears(row) else { return }
        guard closed.isDisjoint(with: row.keys) else {
            let name = row.texts.first { closed.contains(ClosedMailbox.key($0)) } ?? ""
            throw ClosedListError(
                source: source,
                reason: "\(name) is named as closed, but a row says that it is a name of the open mailbox",
                plainReason: "a name that must be closed stands in the row of the open mailbox",
                hint:
                    "take it out of the policy's 'closed' or off --closed, or correct the row: one of the two is wrong"
            )
        }
        for (index, open) in mailboxes.enumerated() where !open.keys.isDisjoint(with: row.keys) {
            guard open.objectID?.lowercased() ?? objectIDs[index] ?? id == id else {
                throw Self.contradiction(row, id, source)
            }
            if open.objectID == nil {
                objectIDs[index] = id
            } else {
                learned.formUnion(row.keys.subtracting(keys))
            }
        }
    }

    /// - Throws: ``ClosedListError`` where a row bears an open mailbox's name and another object id.
    func place(_ row: ClosedMailbox, of source: String) throws(ClosedListError) -> Place {
        let names = row.keys
        if bears(row) {
            return .open(
                others: row.texts.filter { !keys.contains(ClosedMailbox.key($0)) },
                isVouchedFor: row.objectID.map { keys.contains($0.lowercased()) } ?? false)
        }
        guard !learned.isDisjoint(with: names) else { return .closed(row) }
        if let id = row.objectID?.lowercased() {
            guard learned.contains(id) else { throw Self.contradiction(row, id, source) }
            return .open(others: row.texts, isVouchedFor: true)
        }
        guard !names.isSubset(of: learned) else { return .open(others: row.texts, isVouchedFor: true) }
        var rest = row
        rest.addresses.removeAll { learned.contains(ClosedMailbox.key($0)) }
        if let name = rest.userPrincipalName, learned.contains(ClosedMailbox.key(name)) {
            rest.userPrincipalName = nil
        }
        return .closed(rest)
    }

    private static func contradiction(_ row: ClosedMailbox, _ id: String, _ source: String) -> ClosedListError
    {
        ClosedListError(
            source: source, reason: "\(row.label) bears a name of the open mailbox, but the object id \(id)",
            plainReason: "a row bears a name of the open mailbox, but another object id",
            hint: "correct the object id in the list, or that of the open mailbox")
    }
}
