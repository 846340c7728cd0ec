extension GraphError {
    /// Whether a page may have failed for one message in it, so that less of it is worth asking for.
    ///
    /// A refusal (4xx) of a listing is not: it would be the same for every message.
    var mayBeOneMessages: Bool {
        switch self {
        case .unavailable(let refusal, _): refusal.status != 429
        case .malformed, .tooLarge: true
        case .transport(let error, _):
            switch error {
            case .timedOut, .broken, .tooLarge: true
            default: false
            }
        case .token, .denied, .noMailbox, .gone, .rejected, .scope, .ledger, .cancelled: false
        }
    }
}
