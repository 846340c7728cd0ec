/// The small facts that `status` shows.
package enum LedgerNote: String, Sendable, CaseIterable {
    case mailbox
    /// RFC 3339 text, UTC.
    case lastPassStarted
    /// RFC 3339 text, UTC; only passes that succeeded.
    case lastPassFinished
    /// What ended the last pass; absent after one that succeeded.
    case lastError
    /// When ``lastError`` was first met; RFC 3339 text, UTC.
    case failingSince
    /// RFC 3339 text, UTC.
    case certificateNotAfter
}
