/// One request over HTTPS. Redirects are never followed.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method: Method
    /// Absolute; sent as it stands.
    package var url: String
    package var headers: HTTPHeaders
    /// Sent as `Authorization: Bearer …`.
    package var bearer: Secret<String>?
    /// Sent as the body. A form may hold an assertion.
    package var body: Secret<[UInt8]>?
    package var deadlines: HTTPDeadlines
    /// Most bytes of a body that is taken whole, after decompression. A streamed body has no bound but ``HTTPDeadlines``.
    package var bodyLimit: Int
    /// Opens a connection of its own, as Graph asks for after a 503.
    package var wantsNewConnection: Bool

    package init(
        method: Method = .get,
        url: String,
        headers: HTTPHeaders = HTTPHeaders(),
        bearer: Secret<String>? = nil,
        body: Secret<[UInt8]>? = nil,
        deadlines: HTTPDeadlines = HTTPDeadlines(),
        bodyLimit: Int = 8 << 20,
        wantsNewConnection: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.bearer = bearer
        self.body = body
        self.deadlines = deadlines
        self.bodyLimit = bodyLimit
        self.wantsNewConnection = wantsNewConnection
    }
}

/// How long each part of a transfer may take.
package struct HTTPDeadlines: Sendable, Equatable {
    /// Name look-up, TCP and TLS together.
    package var connect: Duration
    /// The longest silence: no byte in either direction.
    package var stall: Duration
    /// The whole transfer, a consumer's slowness included. Nil: no bound but the others.
    package var whole: Duration?

    package init(
        connect: Duration = .seconds(20), stall: Duration = .seconds(60), whole: Duration? = .seconds(300)
    ) {
        self.connect = connect
        self.stall = stall
        self.whole = whole
    }
}
