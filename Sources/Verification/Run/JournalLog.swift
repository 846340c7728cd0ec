import FoundationEssentials

/// Reads and writes the lines of a ``ProbeJournal``, each sealed (``SealedLine``).
///
/// It is bound to the plan's digest and to the app: another plan, list or app is refused, and so is a line that this app's
/// key has not sealed where it stands. Answers older than a day are asked for again, and so is everything once a run has
/// come to its end. A last line that was cut off is cut off whole.
final class JournalLog {
    private let journal: any ProbeJournal
    private let head: JournalHead
    private let now: Date
    private var hasHead = false
    /// Of the last line.
    private var seal = SealedLine.origin
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
            // All of it is looked at before any of it is believed.
            var hasEnded = false
            try await read { (line, _) throws(ProbeJournalError) in hasEnded = hasEnded || Self.isEnd(line) }
            if hasEnded { try await journal.truncate(to: 0) }
            try await read { (line, number) throws(ProbeJournalError) in
                if number == 1 { hasHead = true } else { try look(at: line, number, take) }
            }
            if !hasHead { try await write(head) }
        } catch {
            throw failure(error)
        }
    }

    /// All rounds are over.
    func finish(_ end: Date) async throws(VerificationError) {
        do throws(ProbeJournalError) { try await write(JournalEnd(end: end)) } catch { throw failure(error) }
    }

    func append(_ entry: JournalEntry) async throws(VerificationError) {
        do throws(ProbeJournalError) { try await write(entry) } catch { throw failure(error) }
    }

    private func write(_ value: some Encodable) async throws(ProbeJournalError) {
        let line = try SealedLine(Self.json(value), after: seal, by: journal)
        try await journal.append(line.bytes)
        seal = line.seal
    }

    /// Gives what each whole line holds to `visit`, once its seal has been found right, and cuts off what is no whole line.
    private func read(
        _ visit: (_ line: ArraySlice<UInt8>, _ number: Int) throws(ProbeJournalError) -> Void
    ) async throws(ProbeJournalError) {
        var offset = 0
        var whole = 0
        var number = 0
        var rest: [UInt8] = []
        seal = SealedLine.origin
        while true {
            let piece = try await journal.read(at: offset, limit: 256 << 10)
            if piece.isEmpty { break }
            offset += piece.count
            rest += piece
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                try visit(open(rest[start..<end], number)[...], number)
                whole += end - start + 1
                start = end + 1
            }
            rest.removeFirst(start)
            guard rest.count <= Self.lineLimit else { throw foreign }
        }
        // Nothing of a file is cut off that may be somebody else's.
        if whole == 0 {
            let first = try SealedLine(Self.json(head), after: SealedLine.origin, by: journal)
            guard first.bytes.starts(with: rest) else { throw foreign }
        }
        if whole < offset { try await journal.truncate(to: whole) }
    }

    /// What a line holds, where its seal follows from the line before.
    private func open(_ bytes: ArraySlice<UInt8>, _ number: Int) throws(ProbeJournalError) -> [UInt8] {
        guard let line = SealedLine(bytes) else {
            if number == 1 { throw foreign }
            throw ProbeJournalError("\(journal.name):\(number): this line was not written by verify-scope")
        }
        if number == 1 { try check(line.text) }
        guard try line.fits(after: seal, by: journal) else {
            throw ProbeJournalError(
                "\(journal.name):\(number): the seal does not fit: this line, or what stood before it, was edited, moved or "
                    + "taken out, or it was written with another key")
        }
        seal = line.seal
        return line.text
    }

    private static func isEnd(_ line: ArraySlice<UInt8>) -> Bool {
        line.count < 100 && line.starts(with: Array("{\"end\":".utf8))
    }

    private var foreign: ProbeJournalError {
        ProbeJournalError("\(journal.name):1: this is no journal of verify-scope, or one of another version")
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }

    private func check(_ line: [UInt8]) throws(ProbeJournalError) {
        guard let found = try? Self.decoder.decode(JournalHead.self, from: Data(line)),
            found.journal == head.journal
        else { throw foreign }
        guard found == head else {
            throw ProbeJournalError("\(journal.name):1: it belongs to another plan, list of mailboxes or app")
        }
    }

    private func look(
        at line: ArraySlice<UInt8>, _ number: Int, _ take: (JournalEntry) -> Void
    ) throws(ProbeJournalError) {
        guard let entry = try? Self.decoder.decode(JournalEntry.self, from: Data(line)), entry.isSound else {
            throw ProbeJournalError("\(journal.name):\(number): this line cannot be read")
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
        .journal("\(error)", hint: "remove the file and begin anew, or give --resume another one")
    }

    private static func json(_ value: some Encodable) throws(ProbeJournalError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        do { return Array(try encoder.encode(value)) } catch {
            throw ProbeJournalError("an answer cannot be written down: \(error)")
        }
    }
}
