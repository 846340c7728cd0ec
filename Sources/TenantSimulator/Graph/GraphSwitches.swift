/// Where Graph differs from day to day, or where sources disagree: what this tenant's Graph does.
///
/// Sections are those of the sheet on Graph.
package struct GraphSwitches: Sendable, Equatable {
    /// What `$top` means on message delta (§2.3; each answer was seen).
    package enum DeltaTop: String, Sendable, CaseIterable {
        case ignored
        case capsRound = "caps-round"
        case refused
    }

    /// Requests of one app in flight on one mailbox, beyond which 429 is answered (§6.1); 0 for any number.
    package var concurrencyLimit = 4
    /// Requests of one app on one mailbox in ten minutes, beyond which 429 is answered (§6.1); 0 for any number.
    package var requestLimit = 10_000
    /// Whether an unknown or unusable mailbox is told (404) before access is looked at (403).
    package var namesUnknownMailboxFirst = true
    /// Whether `$select=body` with no more than Mail.ReadBasic is refused (403), rather than left out (§1.8).
    package var refusesBodyToBasic = false
    /// Object ids of mailboxes that answer 503 `MailboxInfoStale` when they are not named by object id (§7.5).
    package var staleMailboxes: Set<String> = []
    /// Whether this is the cloud in China, without delta (§2.1).
    package var isChina = false
    /// Whether pages may hold fewer messages than asked for, with more to come (§1.2).
    package var hasShortPages = false
    /// Whether every delta round begins with an empty page (§2.5).
    package var hasEmptyDeltaPages = false
    /// Whether `$skip` counts other items too: one after every five messages (§1.4).
    package var countsOtherItems = false
    /// Whether a message that left a folder and came back between two rounds is reported as removed only, where
    /// immutable ids are asked for (§2.6).
    package var losesReturningMessages = true
    /// Whether delta rounds tell each change twice (§2.5).
    package var repeatsChanges = false
    /// What `$top` means on message delta (§2.3).
    package var deltaTop = DeltaTop.ignored
    /// Whether errors of the mailbox carry `innerError`, as they did until about 2020 (§7.1).
    package var mailboxErrorsHaveInnerError = false
    /// Whether delta answers 403 `ErrorQuotaExceeded`: the mailbox is full (§2.5).
    package var isDeltaOverQuota = false
    /// Bytes from which an attachment's content is not given any more, but 504 (§3.2).
    package var attachmentLimit = 35_000_000

    package init() {}

    /// The names of the switches that have a number or a truth, as files and the administration endpoint spell them.
    package static let names = Array(numbers.keys).sorted() + Array(truths.keys).sorted() + ["delta-top"]

    /// Sets the switch `name` from its text.
    ///
    /// - Returns: false where there is no such switch, or it cannot have that value.
    package mutating func set(_ name: String, to text: String) -> Bool {
        if name == "delta-top", let top = DeltaTop(rawValue: text) {
            deltaTop = top
            return true
        }
        if let path = Self.numbers[name], let number = Int(text), number >= 0 {
            self[keyPath: path] = number
            return true
        }
        guard let path = Self.truths[name], let truth = Bool(text) else { return false }
        self[keyPath: path] = truth
        return true
    }

    private static var numbers: [String: WritableKeyPath<GraphSwitches, Int>] {
        [
            "concurrency-limit": \.concurrencyLimit, "request-limit": \.requestLimit,
            "attachment-limit": \.attachmentLimit,
        ]
    }

    private static var truths: [String: WritableKeyPath<GraphSwitches, Bool>] {
        [
            "names-unknown-mailbox-first": \.namesUnknownMailboxFirst,
            "refuses-body-to-basic": \.refusesBodyToBasic, "is-china": \.isChina,
            "has-short-pages": \.hasShortPages, "has-empty-delta-pages": \.hasEmptyDeltaPages,
            "counts-other-items": \.countsOtherItems, "loses-returning-messages": \.losesReturningMessages,
            "repeats-changes": \.repeatsChanges,
            "mailbox-errors-have-inner-error": \.mailboxErrorsHaveInnerError,
            "is-delta-over-quota": \.isDeltaOverQuota,
        ]
    }
}
