/// Why there is no report. Whatever the service answers, there is one.
package enum VerificationError: Error, Equatable, CustomStringConvertible {
    /// Nothing is named that must be closed: nothing could be proven.
    case nothingClosed
    case list(ClosedListError)
    /// The journal of `--resume` cannot be used; `hint` says what to do.
    case journal(String, hint: String)
    case cancelled

    package var description: String {
        switch self {
        case .nothingClosed: "no mailbox is named that must be closed, so nothing could be proven"
        case .list(let error): "\(error)"
        case .journal(let reason, _): reason
        case .cancelled: "interrupted"
        }
    }

    package var hint: String {
        switch self {
        case .nothingClosed:
            "name some with --closed, or a file of them with --closed-from"
        case .list(let error): error.hint
        case .journal(_, let hint): hint
        case .cancelled: "run it again; with --resume it goes on from there"
        }
    }
}
