/// Why a pass ended early. Nothing is lost: the next pass goes on where this one stood.
package enum CollectError: Error, Equatable, CustomStringConvertible {
    /// The mailbox was not read: no network, no token, denied, throttled too long, …
    case mailbox(GraphError)
    /// A sink takes nothing (disk full, …).
    case sink(SinkError)
    /// What is remembered cannot be read or written.
    case ledger(LedgerError)
    /// Messages cannot be put on disk.
    case spool(SpoolError)
    /// The service's pages lead in a circle.
    case circling(detail: String)
    /// The task was cancelled.
    case cancelled

    package var description: String {
        switch self {
        case .mailbox(let error): "\(error)"
        case .sink(let error): "\(error)"
        case .ledger(let error): "\(error)"
        case .spool(let error): "\(error)"
        case .circling(let detail): "the service's pages lead in a circle: \(detail)"
        case .cancelled: "cancelled"
        }
    }

    /// Whether a service, or the way to it, is in trouble: it goes away by itself.
    package var isOutage: Bool {
        switch self {
        case .mailbox(.unavailable), .mailbox(.token(.unavailable)): true
        case .mailbox(.transport(let error, _)), .mailbox(.token(.transport(let error))): error.isTransient
        default: false
        }
    }

    init(_ error: GraphError) {
        self =
            switch error {
            case .cancelled, .transport(.cancelled, _): .cancelled
            case .ledger(let error): .ledger(error)
            default: .mailbox(error)
            }
    }
}
