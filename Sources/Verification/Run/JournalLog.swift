import FoundationEssentials

/// Reads and writes the lines of a ``ProbeJournal``.
///
/// It is bound to the plan's digest and to the app: another plan, list or app is refused. Answers older than a day are
/// asked for again, and so is everything once a run has come to its end. A last line that was cut off is cut off whole.
final class JournalLog {
    private let journal: any ProbeJournal
    private let head: JournalHead
    private let now: Date
    private var hasHead = false
    /// Settled in an earlier run: the index of the mailbox, by round.
    private(set) var settled: [Int: Set<Int>] = [:]
    private(set) var resumption: VerificationReport.Resumption?
    static let lifetime: TimeInterval = 86_400
    private static let lineLimit = 4 << 20

    init(_ journal: any ProbeJournal, head: JournalHead, now: Date) {
        self.journal = journal
        self.head = head
        self.now = now
    }

    /// Reads what is there, gives each answer that still counts to `take`, and makes the file ready to be added to.
    func load(_ take: (JournalEntry) -> Void) async throws(VerificationError) {
        do throws(ProbeJournalError) {
            let hasEnded = try await read { (line, isFirst) throws(ProbeJournalError) in
                if isFirst { try check(line) }
                return Self.isEnd(line)
            }
            if hasEnded { try await journal.truncate(to: 0) }
            _ = try await read { (line, isFirst) throws(ProbeJournalError) in
                if isFirst { hasHead = true } else { try look(at: line, take) }
                return false
            }
            if !hasHead { try await journal.append(Self.line(head)) }
        } catch {
            throw failure(error)
        }
    }

    /// All rounds are over.
    func finish(_ end: Date) async throws(VerificationError) {
        do throws(ProbeJournalError) { try await journal.append(Self.line(JournalEnd(end: end))) } catch {
            throw failure(error)
        }
    }

    func append(_ entry: JournalEntry) async throws(VerificationError) {
        do throws(ProbeJournalError) { try await journal.append(Self.line(entry)) } catch {
            throw failure(error)
        }
    }

    /// Gives each whole line to `isEnding` and cuts off what is none.
    ///
    /// - Returns: whether one of them was the end.
    private func read(
        isEnding: (_ line: ArraySlice<UInt8>, _ isFirst: Bool) throws(ProbeJournalError) -> Bool
    ) async throws(ProbeJournalError) -> Bool {
        var offset = 0
        var whole = 0
        var rest: [UInt8] = []
        var hasEnded = false
        while true {
            let piece = try await journal.read(at: offset, limit: 256 << 10)
            if piece.isEmpty { break }
            offset += piece.count
            rest += piece
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                if try isEnding(rest[start..<end], whole == 0) { hasEnded = true }
                whole += end - start + 1
                start = end + 1
            }
            rest.removeFirst(start)
            guard rest.count <= Self.lineLimit else {
                throw ProbeJournalError("\(journal.name) is no journal")
            }
        }
        // Nothing of a file is cut off that may be somebody else's.
        let isOurs = try Self.line(head).starts(with: rest)
        if whole == 0, !isOurs { throw foreign }
        if whole < offset { try await journal.truncate(to: whole) }
        return hasEnded
    }

    private static func isEnd(_ line: ArraySlice<UInt8>) -> Bool {
        line.count < 100 && line.starts(with: Array("{\"end\":".utf8))
    }

    private var foreign: ProbeJournalError {
        ProbeJournalError("\(journal.name) is no journal of verify-scope")
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }

    private func check(_ line: ArraySlice<UInt8>) throws(ProbeJournalError) {
        guard let found = try? Self.decoder.decode(JournalHead.self, from: Data(line)),
            found.journal == head.journal
        else { throw foreign }
        guard found == head else {
            throw ProbeJournalError("\(journal.name) belongs to another plan, list of mailboxes or app")
        }
    }

    private func look(
        at line: ArraySlice<UInt8>, _ take: (JournalEntry) -> Void
    ) throws(ProbeJournalError) {
        guard let entry = try? Self.decoder.decode(JournalEntry.self, from: Data(line)) else {
            throw ProbeJournalError("\(journal.name) has a line that cannot be read")
        }
        guard entry.isSound else {
            throw ProbeJournalError("\(journal.name) has a line that contradicts itself: it was edited")
        }
        guard now.timeIntervalSince(entry.oldest) < Self.lifetime, entry.oldest <= now,
            settled[entry.round, default: []].insert(entry.finding.index).inserted
        else { return }
        var resumption =
            resumption
            ?? VerificationReport.Resumption(mailboxes: 0, oldest: entry.oldest, newest: entry.newest)
        resumption.mailboxes += 1
        resumption.oldest = Swift.min(resumption.oldest, entry.oldest)
        resumption.newest = Swift.max(resumption.newest, entry.newest)
        self.resumption = resumption
        var taken = entry
        for index in taken.finding.probes.indices { taken.finding.probes[index].token = 0 }
        take(taken)
    }

    private func failure(_ error: ProbeJournalError) -> VerificationError {
        .journal("\(error)", hint: "give --resume another file, or remove this one and begin anew")
    }

    private static func line(_ value: some Encodable) throws(ProbeJournalError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        do { return Array(try encoder.encode(value)) + Array("\n".utf8) } catch {
            throw ProbeJournalError("an answer cannot be written down: \(error)")
        }
    }
}
