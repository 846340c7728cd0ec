/// Where the closed mailboxes come from. Read once to be counted and checked, and once a round.
package protocol ClosedMailboxSource: Sendable {
    /// As the report names it: a file, `--closed`.
    var name: String { get }
    /// Each file, or `--closed`, by itself.
    var names: [String] { get }
    /// Begins at the beginning.
    func open() async throws(ClosedListError) -> any ClosedMailboxReader
}

extension ClosedMailboxSource {
    package var names: [String] { [name] }
}

/// One reading of a source, by one task.
package protocol ClosedMailboxReader: AnyObject {
    /// The next mailbox; nil at the end.
    func next() async throws(ClosedListError) -> ClosedMailbox?
}

/// A list of closed mailboxes cannot be read.
package struct ClosedListError: Error, Equatable, CustomStringConvertible {
    /// The file's name.
    package let source: String
    /// From 1; nil where it is about the whole.
    package let line: Int?
    package let reason: String
    package let hint: String
    /// The reason without anything that stands in the list.
    private let plainReason: String?

    /// `plainReason` must be given where `reason` repeats what stands in the list.
    package init(source: String, line: Int? = nil, reason: String, plainReason: String? = nil, hint: String) {
        self.plainReason = plainReason
        self.source = source
        self.line = line
        self.reason = reason
        self.hint = hint
    }

    package var description: String { text(source, reason) }

    /// The same with nothing that stands in the list, the source under another name.
    package func anonymous(as source: String) -> String { text(source, plainReason ?? reason) }

    private func text(_ source: String, _ reason: String) -> String {
        source + (line.map { ":\($0)" } ?? "") + ": " + reason
    }
}

/// Mailboxes that are at hand.
package struct ClosedMailboxArray: ClosedMailboxSource {
    package let name: String
    private let mailboxes: [ClosedMailbox]

    package init(name: String, _ mailboxes: [ClosedMailbox]) {
        self.name = name
        self.mailboxes = mailboxes
    }

    package func open() async throws(ClosedListError) -> any ClosedMailboxReader { Reader(mailboxes) }

    private final class Reader: ClosedMailboxReader {
        private var rest: ArraySlice<ClosedMailbox>

        init(_ mailboxes: [ClosedMailbox]) { rest = mailboxes[...] }

        func next() async throws(ClosedListError) -> ClosedMailbox? { rest.popFirst() }
    }
}

/// Several sources, one after the other.
package struct ClosedMailboxSources: ClosedMailboxSource {
    package let all: [any ClosedMailboxSource]
    package var name: String { names.joined(separator: ", ") }
    package var names: [String] { all.flatMap(\.names) }

    package init(_ all: [any ClosedMailboxSource]) { self.all = all }

    package func open() async throws(ClosedListError) -> any ClosedMailboxReader { Reader(all) }

    private final class Reader: ClosedMailboxReader {
        private var rest: ArraySlice<any ClosedMailboxSource>
        private var current: (any ClosedMailboxReader)?

        init(_ all: [any ClosedMailboxSource]) { rest = all[...] }

        func next() async throws(ClosedListError) -> ClosedMailbox? {
            while true {
                if let mailbox = try await current?.next() { return mailbox }
                guard let source = rest.popFirst() else { return nil }
                current = try await source.open()
            }
        }
    }
}
