/// Reads the mail of one mailbox: tokens, throttling and retries are dealt with here.
///
/// Every request is made by the scope, passes the gate and carries `Prefer: IdType="ImmutableId"`. No redirect is
/// followed, by the transport's contract.
package struct GraphMail: Sendable {
    let scope: MailboxScope
    let transport: any HTTPTransport
    let tokens: any AccessTokenSource
    let gate: RequestGate
    let clock: any HostClock
    let log: Log
    let settings: GraphSettings
    let random: @Sendable () -> Double
    let preferences = PreferenceWatch()
    let trouble = TroubleWatch(.graph)

    /// - Parameters:
    ///   - scope: makes every request.
    ///   - transport: sends them.
    ///   - tokens: asked anew for every request; it keeps what it has.
    ///   - gate: shared by everybody who asks this service for this mailbox.
    ///   - clock: measures waits.
    ///   - log: hears of every retry at debug.
    ///   - settings: how patient to be.
    ///   - random: gives numbers in 0..<1, for jitter.
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
    /// - Parameters:
    ///   - query: which messages.
    ///   - bodyLimit: most bytes of the answer; ``GraphError/tooLarge(limit:)`` beyond.
    /// - Returns: the page. It may be empty or short and still have a next one.
    /// - Throws: ``GraphError``, tries used up.
    package func page(_ query: MessageQuery, bodyLimit: Int) async throws(GraphError) -> MessagePage {
        try await page(
            following: try scoped { () throws(ScopeError) in try scope.messages(query) }, bodyLimit: bodyLimit
        )
    }

    /// A page that an earlier one named.
    ///
    /// - Parameters:
    ///   - link: ``MessagePage/next``, or a kept one that passed ``MailboxScope/admit(_:)`` again.
    ///   - bodyLimit: most bytes of the answer.
    /// - Returns: the page.
    /// - Throws: ``GraphError``; ``GraphError/scope(_:)`` when the page's own link leads out of the mailbox.
    package func page(
        following link: ScopedRequest, bodyLimit: Int
    ) async throws(GraphError) -> MessagePage {
        let ask = Exchange(request: link, subject: .messages, bodyLimit: bodyLimit)
        let (bytes, page) = try await whole(ask) { (bytes) throws(JSONReader.Fault) in try PageScanner(bytes)
        }
        return try scoped { () throws(ScopeError) in
            MessagePage(
                bytes: bytes, elements: page.elements, next: try page.nextLink.map(admitting),
                delta: try page.deltaLink.map(admitting))
        }
    }

    /// One message's JSON, byte for byte as sent; checked to be one object with an id.
    ///
    /// - Parameters:
    ///   - id: the immutable id.
    ///   - select: the properties; nil for all that the service gives by itself.
    ///   - bodyLimit: most bytes of the answer.
    /// - Returns: the bytes of the answer.
    /// - Throws: ``GraphError``; ``GraphError/gone(_:)`` where the mailbox has no such message.
    package func message(
        _ id: MessageID, select: [String]?, bodyLimit: Int
    ) async throws(GraphError) -> [UInt8] {
        let request = try scoped { () throws(ScopeError) in try scope.message(id, select: select) }
        let ask = Exchange(request: request, subject: .message, bodyLimit: bodyLimit)
        return try await whole(ask) { (bytes) throws(JSONReader.Fault) in try MessageScanner.scan(bytes) }
            .bytes
    }

    /// Opens one message's MIME text (`$value`) and returns once the service has said 200.
    ///
    /// All waiting and trying again is done by then. The stream holds one lane of the gate until its end, an error, its
    /// ``HTTPBodyStream/close()`` or its last reference. When ``HTTPBodyStream/next()`` throws, the body is void:
    /// truncate what was written and call this again, a bounded number of times.
    ///
    /// - Parameter id: the immutable id.
    /// - Returns: the body, piece by piece, of any size.
    /// - Throws: ``GraphError``; ``GraphError/gone(_:)`` where the mailbox has no such message.
    package func mime(_ id: MessageID) async throws(GraphError) -> any HTTPBodyStream {
        let request = try scoped { () throws(ScopeError) in try scope.mime(id) }
        return try await stream(Exchange(request: request, subject: .content, bodyLimit: 64 << 10))
    }

    private func admitting(_ link: String) throws(ScopeError) -> ScopedRequest { try scope.admit(link) }

    private func scoped<Value>(_ make: () throws(ScopeError) -> Value) throws(GraphError) -> Value {
        do { return try make() } catch { throw .scope(error) }
    }
}
