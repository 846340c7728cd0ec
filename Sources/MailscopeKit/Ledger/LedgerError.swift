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
    /// It was written by an older mailscope, and whoever opened it must not change that.
    case older(path: String, version: Int)
    /// No space is left, or the quota is used up.
    case full(path: String)
    /// Its file system is mounted read-only.
    case readOnly(path: String)
    /// Another program kept it locked for longer than is waited.
    case locked(path: String)
    /// The file or its directory cannot be read or written; `detail` holds the system's reason.
    case unusable(path: String, detail: String)

    package var description: String {
        switch self {
        case .inUse(let path, let holder): "\(path) is in use by \(holder)"
        case .corrupt(let path, let detail):
            "\(path) is damaged: \(detail)"
        case .newer(let path, let version): "\(path) was written by a newer mailscope (schema \(version))"
        case .otherMailbox(let path, let mailbox):
            "\(path) belongs to the mailbox \(mailbox)"
        case .older(let path, let version): "\(path) was written by an older mailscope (schema \(version))"
        case .full(let path): "\(path) cannot be written: no space left on its file system"
        case .readOnly(let path): "\(path) cannot be written: its file system is mounted read-only"
        case .locked(let path): "\(path) was kept locked by another program"
        case .unusable(let path, let detail): "\(path) cannot be used: \(detail)"
        }
    }
}
