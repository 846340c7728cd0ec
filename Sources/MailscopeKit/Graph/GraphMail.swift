/// Reads the mail of one mailbox: tokens, throttling and retries are dealt with here.
package struct GraphMail: Sendable {
    private let scope: MailboxScope
    private let transport: any HTTPTransport
    private let tokens: any AccessTokenSource
    private let gate: RequestGate
    private let clock: any HostClock
    private let log: Log
    private let settings: GraphSettings
    private let random: @Sendable () -> Double

    /// - Parameter random: gives numbers in 0..<1, for jitter.
    package init(
        scope: MailboxScope, transport: any HTTPTransport, tokens: any AccessTokenSource, gate: RequestGate,
        clock: any HostClock, log: Log, settings: GraphSettings = GraphSettings(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.scope = scope
        self.transport = transport
        self.tokens = tokens
        self.gate = gate
        self.clock = clock
        self.log = log
        self.settings = settings
        self.random = random
    }

    /// The first page of a listing.
    ///
    /// - Parameter bodyLimit: most bytes of the answer; ``GraphError/tooLarge(limit:)`` beyond.
    package func page(_ query: MessageQuery, bodyLimit: Int) async throws(GraphError) -> MessagePage {
        throw .malformed(detail: "nothing was asked")
    }

    /// A page that an earlier one named.
    package func page(
        following link: ScopedRequest, bodyLimit: Int
    ) async throws(GraphError) -> MessagePage {
        throw .malformed(detail: "nothing was asked")
    }

    /// One message's JSON, byte for byte as sent; checked to be one object with an id.
    package func message(
        _ id: MessageID, select: [String]?, bodyLimit: Int
    ) async throws(GraphError) -> [UInt8] {
        throw .malformed(detail: "nothing was asked")
    }

    /// Opens one message's MIME text (`$value`) and returns once the service has said 200.
    ///
    /// All waiting and trying again is done by then. The stream holds one lane of the gate until its end, its
    /// ``HTTPBodyStream/close()`` or its last reference. When ``HTTPBodyStream/next()`` throws, the body is void:
    /// truncate what was written and call this again, a bounded number of times.
    package func mime(_ id: MessageID) async throws(GraphError) -> any HTTPBodyStream {
        throw .malformed(detail: "nothing was asked")
    }
}
