/// A line of a journal with its seal: `{"seal":"<64 digits>","line":<JSON>}`.
///
/// The seal is a keyed digest over the seal of the line before and over this line's own bytes, so that no line can be made,
/// changed, moved, taken out or put in by one who has not the app's key. Lines can be taken off the end: what they said is
/// then asked for again.
struct SealedLine {
    /// Before the first line.
    static let origin = "mailscope.verify-scope.journal"
    private static let opening = Array("{\"seal\":\"".utf8)
    private static let middle = Array("\",\"line\":".utf8)
    private static let digits = 64

    let seal: String
    let text: [UInt8]

    /// Seals `text`, one JSON object without a line feed.
    ///
    /// - Throws: ``ProbeJournalError`` where no seal can be made.
    init(_ text: [UInt8], after previous: String, by journal: any ProbeJournal) throws(ProbeJournalError) {
        self.text = text
        seal = try Self.seal(text, after: previous, by: journal)
    }

    /// Reads what ``bytes`` gives; nil where it has another form. Says nothing of the seal.
    init?(_ bytes: ArraySlice<UInt8>) {
        let head = Self.opening.count + Self.digits
        guard bytes.count > head + Self.middle.count, bytes.starts(with: Self.opening),
            bytes.dropFirst(head).starts(with: Self.middle), bytes.last == UInt8(ascii: "}")
        else { return nil }
        seal = String(decoding: bytes.dropFirst(Self.opening.count).prefix(Self.digits), as: UTF8.self)
        text = Array(bytes.dropFirst(head + Self.middle.count).dropLast())
    }

    /// With its line feed.
    var bytes: [UInt8] {
        Self.opening + Array(seal.utf8) + Self.middle + text + Array("}\n".utf8)
    }

    /// Whether it is sealed as the line after the one whose seal is `previous`.
    func fits(after previous: String, by journal: any ProbeJournal) throws(ProbeJournalError) -> Bool {
        try Self.seal(text, after: previous, by: journal) == seal
    }

    private static func seal(
        _ text: [UInt8], after previous: String, by journal: any ProbeJournal
    ) throws(ProbeJournalError) -> String {
        guard let seal = journal.seal(Array((previous + "\n").utf8) + text) else {
            throw ProbeJournalError("\(journal.name): no seal can be made for it")
        }
        return seal
    }
}
