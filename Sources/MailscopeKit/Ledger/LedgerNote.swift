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
    /// How far the renewal of the certificate has come, in a form of the program's own; absent where there is none.
    case nextCertificate
    /// When the log last told that a certificate expires; RFC 3339 text, UTC.
    case certificateWarned
    /// The verdict of the last `verify-scope` with this configuration.
    case lastVerdict
    /// When it was reached; RFC 3339 text, UTC.
    case lastVerdictReached
}
