/// A list in which each mailbox stands once: rows that share an object id or an address, in whatever case, are one mailbox
/// with the names of all of them, at the place of the first.
///
/// The list is read beforehand, and once more where names repeat. What is kept grows with the rows that repeat a name, not
/// with the list. Rows that share an address but differ in their object ids stay apart: both are asked for.
struct DistinctMailboxes: ClosedMailboxSource {
    private let base: any ClosedMailboxSource
    /// By the row's number, from 0.
    private let changes: [Int: Change]
    /// Rows that are no mailbox of their own.
    let repeats: Int
    var name: String { base.name }

    private struct Change {
        /// As it was read; another one later on is another list.
        let row: ClosedMailbox
        /// Nil where an earlier row stands for it.
        let instead: ClosedMailbox?
    }

    /// `look` sees every row of `base` once; rows that are `isExempt` stay as they are.
    init(
        _ base: any ClosedMailboxSource, look: (ClosedMailbox) throws(ClosedListError) -> Void = { _ in },
        isExempt: (ClosedMailbox) -> Bool = { _ in false }
    ) async throws(ClosedListError) {
        self.base = base
        var hashes: [Int] = []
        var reader = try await base.open()
        while let row = try await reader.next() {
            try look(row)
            if !isExempt(row) { hashes += row.keys.map(\.hashValue) }
        }
        hashes.sort()
        let shared = Set(zip(hashes, hashes.dropFirst()).filter { $0 == $1 }.map(\.0))
        hashes = []
        var groups = MailboxGroups()
        if !shared.isEmpty {
            reader = try await base.open()
            var number = 0
            while let row = try await reader.next() {
                if !isExempt(row), row.keys.contains(where: { shared.contains($0.hashValue) }) {
                    groups.add(row, number: number)
                }
                number += 1
            }
        }
        var changes: [Int: Change] = [:]
        var repeats = 0
        for group in groups.all where group.rows.count > 1 {
            let first = group.rows.map(\.number).min()
            for (number, row) in group.rows {
                changes[number] = Change(row: row, instead: number == first ? group.mailbox : nil)
            }
            repeats += group.rows.count - 1
        }
        self.changes = changes
        self.repeats = repeats
    }

    func open() async throws(ClosedListError) -> any ClosedMailboxReader {
        Reader(try await base.open(), changes)
    }

    private final class Reader: ClosedMailboxReader {
        private let base: any ClosedMailboxReader
        private let changes: [Int: Change]
        private var number = 0

        init(_ base: any ClosedMailboxReader, _ changes: [Int: Change]) {
            self.base = base
            self.changes = changes
        }

        func next() async throws(ClosedListError) -> ClosedMailbox? {
            while let row = try await base.next() {
                defer { number += 1 }
                guard let change = changes[number] else { return row }
                guard change.row == row else { throw .changed }
                if let instead = change.instead { return instead }
            }
            return nil
        }
    }
}

/// Rows that share a name, joined as far as they can be one mailbox.
private struct MailboxGroups {
    struct Group {
        var mailbox: ClosedMailbox
        var rows: [(number: Int, row: ClosedMailbox)]
    }

    private var groups: [Group?] = []
    private var byKey: [String: [Int]] = [:]
    /// Groups looked at for one name. More only where a list gives one address to many object ids; those stay apart.
    private static let limit = 8

    var all: [Group] { groups.compactMap(\.self) }

    mutating func add(_ row: ClosedMailbox, number: Int) {
        var joined = Group(mailbox: row, rows: [(number, row)])
        var place: Int?
        for index in Set(row.keys.flatMap { byKey[$0] ?? [] }).sorted() {
            guard let group = groups[index], let mailbox = group.mailbox.joined(with: joined.mailbox) else {
                continue
            }
            joined = Group(mailbox: mailbox, rows: group.rows + joined.rows)
            groups[index] = nil
            place = place ?? index
        }
        if let place { groups[place] = joined } else { groups.append(joined) }
        let index = place ?? groups.count - 1
        for key in joined.mailbox.keys {
            let known = byKey[key, default: []].filter { groups[$0] != nil }
            if !known.contains(index), known.count < Self.limit { byKey[key] = known + [index] }
        }
    }
}

extension ClosedListError {
    /// Answers stand under the names that were read first.
    static var changed: ClosedListError {
        ClosedListError(
            source: "the list", reason: "it changed while the run went on", hint: "run it again on a copy")
    }
}
