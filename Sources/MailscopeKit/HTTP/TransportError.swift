/// Why no whole response came. Each case is one act of the caller; `detail` is libcurl's own text.
package enum TransportError: Error, Equatable, CustomStringConvertible {
    /// The host's name was not resolved.
    case nameNotResolved(host: String, detail: String)
    /// Nobody listens there, or the network cannot reach it.
    case notConnected(host: String, detail: String)
    /// TLS failed: `reason` says which check, for a person.
    case notTrusted(host: String, reason: String, detail: String)
    /// A deadline passed while `doing` ("connecting", "waiting for the answer", "receiving", …).
    case timedOut(host: String, doing: String, after: Duration, detail: String)
    /// The connection broke, or the body was shorter than promised.
    case broken(host: String, detail: String)
    /// The proxy refused or was not reached.
    case proxy(detail: String)
    /// A body or a head larger than the bound, in bytes.
    case tooLarge(host: String, limit: Int)
    /// The request itself was unusable, a plain-http URL for one.
    case invalidRequest(detail: String)
    /// The task was cancelled, or the transport closed.
    case cancelled

    /// True where the same request may succeed a little later.
    package var isTransient: Bool {
        switch self {
        case .nameNotResolved, .notConnected, .timedOut, .broken, .proxy: true
        case .notTrusted, .tooLarge, .invalidRequest, .cancelled: false
        }
    }

    package var description: String {
        switch self {
        case .nameNotResolved(let host, let detail): "the name \(host) was not resolved (\(detail))"
        case .notConnected(let host, let detail): "no connection to \(host) (\(detail))"
        case .notTrusted(let host, let reason, let detail):
            "the certificate of \(host) is not trusted: \(reason) (\(detail))"
        case .timedOut(let host, let doing, let after, let detail):
            "\(host) timed out after \(after) while \(doing) (\(detail))"
        case .broken(let host, let detail): "the connection to \(host) broke (\(detail))"
        case .proxy(let detail): "the proxy failed (\(detail))"
        case .tooLarge(let host, let limit): "the answer of \(host) was larger than \(limit) bytes"
        case .invalidRequest(let detail): "the request could not be sent (\(detail))"
        case .cancelled: "cancelled"
        }
    }
}
