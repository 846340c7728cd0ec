package import FoundationEssentials

/// What is remembered of a mailbox over restarts. Every change is durable when its call returns.
///
/// Implemented over SQLite by `SQLiteLedger`; a second one over PostgreSQL must be possible.
package protocol Ledger: RequestLedger {
    /// Where collecting stands; nil before the first commit.
    func cursor() async throws(LedgerError) -> CollectionCursor?

    /// Those of `ids` that are neither delivered, deferred, quarantined, gone nor skipped, in the given order.
    func unknown(among ids: [MessageID]) async throws(LedgerError) -> [MessageID]

    /// Notes that these are about to be given to the sinks, and what earlier tries left behind.
    ///
    /// - Returns: for each id: whether it was offered before and is not settled since, which sinks acknowledged it, its tries.
    func offer(_ ids: [MessageID]) async throws(LedgerError) -> [MessageID: EarlierOffer]

    /// Remembers that `sink` has these durably, though others have not: it is not asked again.
    func acknowledge(_ ids: [MessageID], by sink: String) async throws(LedgerError)

    /// One transaction: what became of each message, and how far collecting got; a nil cursor leaves it as it is.
    func commit(_ records: [MessageRecord], cursor: CollectionCursor?) async throws(LedgerError)

    /// Forgets the messages that were skipped because they came before the chosen start.
    func forgetSkipped() async throws(LedgerError)

    /// Messages to be tried again whose time has come, or lies more than a day ahead, as a clock that was wrong leaves
    /// it; oldest first.
    func due(at now: Date, limit: Int) async throws(LedgerError) -> [DeferredMessage]

    /// The quarantine, oldest first, from `offset`.
    func quarantined(limit: Int, offset: Int) async throws(LedgerError) -> [QuarantinedMessage]

    /// Makes quarantined messages due now with their tries counted from 0, all of them where `ids` is nil.
    ///
    /// - Returns: how many.
    func retry(_ ids: [MessageID]?) async throws(LedgerError) -> Int

    /// When the next deferred message is due; nil: none is deferred.
    func nextDue() async throws(LedgerError) -> Date?

    /// The counts for `mailscope status`.
    func counts() async throws(LedgerError) -> LedgerCounts

    /// Small facts for `status`: last pass, last error, … Known keys are in ``LedgerNote``.
    func note(_ key: LedgerNote, _ value: String?) async throws(LedgerError)
    func note(_ key: LedgerNote) async throws(LedgerError) -> String?
}
