/// Why a request for mail brought nothing. One case per act of the caller.
package enum GraphError: Error, Equatable, CustomStringConvertible {
    /// No token; the request was not sent.
    case token(TokenError)
    /// 403, with a second token as well: the app may not read this mailbox (now).
    case denied(GraphRefusal)
    /// There is no such mailbox, or it cannot be read over Graph.
    case noMailbox(GraphRefusal)
    /// This one message is not in the mailbox (any more).
    case gone(GraphRefusal)
    /// Refused, and waiting will not mend it: any other 4xx, a redirect, a 401 with a second token.
    case rejected(GraphRefusal)
    /// 429 or 5xx, tries used up.
    case unavailable(GraphRefusal, tries: Int)
    /// No answer came, tries used up or not worth another.
    case transport(TransportError, tries: Int)
    /// The confinement made no request of it.
    case scope(ScopeError)
    /// What came is not what Graph sends: a proxy's page, for one.
    case malformed(detail: String)
    /// The answer is larger than `limit` bytes. Ask for less.
    case tooLarge(limit: Int)
    /// The budget of requests could not be booked; nothing was sent.
    case ledger(LedgerError)
    case cancelled

    package var description: String {
        switch self {
        case .token(let error): "no token: \(error)"
        case .denied(let refusal), .noMailbox(let refusal), .gone(let refusal), .rejected(let refusal):
            "\(refusal)"
        case .unavailable(let refusal, let tries): "\(refusal), tried \(tries) times"
        case .transport(let error, let tries): tries > 1 ? "\(error), tried \(tries) times" : "\(error)"
        case .scope(let error): "\(error)"
        case .malformed(let detail): "the answer is not from Microsoft Graph: \(detail)"
        case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .ledger(let error): "\(error)"
        case .cancelled: "cancelled"
        }
    }
}

extension GraphError {
    /// What a request was about: it decides what a 404 means.
    enum Subject {
        case messages
        case message
        /// A message's MIME text, which is streamed.
        case content
    }

    /// A refusal that another try would not change.
    init(_ refusal: GraphRefusal, about subject: Subject) {
        switch refusal.status {
        case _ where refusal.isAboutMailbox: self = .noMailbox(refusal)
        case 403: self = .denied(refusal)
        case 404 where subject != .messages && refusal.has(code: "ErrorItemNotFound"): self = .gone(refusal)
        default: self = .rejected(refusal)
        }
    }
}
