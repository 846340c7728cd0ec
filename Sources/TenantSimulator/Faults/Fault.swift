/// What can go wrong with an answer.
package enum Fault: Sendable, Equatable {
    /// Waits before answering: `fixed` and up to `jitter` more.
    case latency(fixed: Duration, jitter: Duration = .zero)
    /// Answers with an error instead.
    case status(Int, body: FaultBody = .json, retryAfter: FaultRetryAfter? = nil)
    /// Ends the connection without an answer.
    case drop(byReset: Bool = false)
    /// Answers with bytes that are no HTTP.
    case garbage
    /// Falls silent after so many bytes of the body.
    case stall(after: Int, for: Duration)
    /// Ends the connection after so many bytes of the body.
    case cut(after: Int, byReset: Bool = false)
    /// Sends the body slowly.
    case trickle(bytes: Int, every: Duration)
    /// Puts another text in the place of every `@odata.nextLink` and `@odata.deltaLink`.
    case link(String)
    /// Graph calls a good token expired.
    case expiredToken

    /// As files and the log name it.
    package var kind: String {
        switch self {
        case .latency: "latency"
        case .status: "status"
        case .drop: "drop"
        case .garbage: "garbage"
        case .stall: "stall"
        case .cut: "cut"
        case .trickle: "trickle"
        case .link: "link"
        case .expiredToken: "expired-token"
        }
    }
}

/// The body of an error that a fault answers with.
package enum FaultBody: String, Sendable, CaseIterable {
    case json, html, text, empty
}

/// How an error says when to come again.
package enum FaultRetryAfter: Sendable, Equatable {
    case seconds(Int)
    /// As a date, so many seconds from now.
    case date(seconds: Int)
}

/// Which requests a fault meets, and how often.
package struct FaultRule: Sendable, Equatable {
    /// Unlike `nil`, the request must have this method.
    package var method: String?
    /// A glob over path and query as sent: `/v1.0/users/*/messages*`.
    package var path: Glob?
    /// A client id.
    package var app: String?
    /// Any name of a mailbox.
    package var mailbox: String?
    /// How many requests it meets; nil for all until it is cleared.
    package var count: Int?
    /// The part of matching requests that it meets, from 0 to 1.
    package var probability: Double
    package let fault: Fault

    package init(
        _ fault: Fault, method: String? = nil, path: String? = nil, app: String? = nil,
        mailbox: String? = nil,
        count: Int? = nil, probability: Double = 1
    ) {
        self.fault = fault
        self.method = method
        self.path = path.map(Glob.init)
        self.app = app?.lowercased()
        self.mailbox = mailbox?.lowercased()
        self.count = count
        self.probability = probability
    }
}
