/// The ledger could not be used.
package enum LedgerError: Error, Equatable, CustomStringConvertible {
    /// Another process has the state directory.
    case inUse(path: String, holder: String)
    /// The file is no ledger, or is damaged.
    case corrupt(path: String, detail: String)
    /// It was written by a newer mailscope.
    case newer(path: String, version: Int)
    /// It belongs to another mailbox, named with its tenant.
    case otherMailbox(path: String, mailbox: String)
    /// The file or its directory cannot be read or written; `detail` holds the system's reason.
    case unusable(path: String, detail: String)

    package var description: String {
        switch self {
        case .inUse(let path, let holder): "\(path) is in use by \(holder)"
        case .corrupt(let path, let detail):
            "\(path) is damaged: \(detail); move it away to start afresh, and all messages will be collected again"
        case .newer(let path, let version): "\(path) was written by a newer mailscope (schema \(version))"
        case .otherMailbox(let path, let mailbox):
            "\(path) belongs to the mailbox \(mailbox); use a state directory for each mailbox"
        case .unusable(let path, let detail): "\(path) cannot be used: \(detail)"
        }
    }
}
