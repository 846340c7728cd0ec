internal import FoundationEssentials

/// An error answer of Graph's gateway, with `innerError`.
struct GatewayError: Error {
    let status: Int
    let code: String
    let message: String

    /// - Returns: the answer, with the ids of `request` echoed.
    func response(
        to request: ServerRequest?, at now: Date, headers: [(name: String, value: String)] = []
    ) -> ServerResponse {
        let id = UUID().uuidString.lowercased()
        let client = request?.header("client-request-id") ?? id
        let inner = JSONValue.members([
            ("date", .string(UTCText(now).zoneless)), ("request-id", .string(id)),
            ("client-request-id", .string(client)),
        ])
        return .json(
            ["error": ["code": .string(code), "message": .string(message), "innerError": inner]],
            status: status,
            headers: [
                ("Cache-Control", "no-cache"), ("request-id", id), ("client-request-id", client),
                (
                    "x-ms-ags-diagnostic",
                    #"{"ServerInfo":{"DataCenter":"Poland Central","Slice":"E","Ring":"2","ScaleUnit":"002","RoleInstance":"WA3PEPF000004A2"}}"#
                ), ("Strict-Transport-Security", "max-age=31536000"),
            ] + headers)
    }
}

/// Looks at tokens before Graph does anything else.
struct GraphGate {
    let directory: Directory
    let clock: SimulatorClock
    let issuer: TokenIssuer
    let exchange: ExchangeService

    /// The token of a request, unlooked at.
    static func bearer(_ request: ServerRequest) -> String? {
        guard let header = request.header("authorization") else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.first?.lowercased() == "bearer" else { return nil }
        return parts.count > 1 ? String(parts[1]) : ""
    }

    /// Who asks, from a good token.
    ///
    /// - Throws: ``GraphRefusal``, as the sheet on Graph says under "Authentication (401)".
    func caller(_ request: ServerRequest) throws(GraphRefusal) -> GraphCaller {
        guard let text = Self.bearer(request) else { throw GraphRefusal("Access token is empty.") }
        guard !text.isEmpty else { throw GraphRefusal("UnableToParseTokens") }
        let token: AccessToken
        do throws(TokenRefusal) {
            token = try issuer.read(text, for: .graph, at: clock.now)
        } catch {
            switch error {
            case .unreadable:
                throw GraphRefusal(
                    "Protocol 'Bearer' failed to validate because The token could not be read.")
            case .foreign: throw GraphRefusal("Access token validation failure.")
            case .expired: throw GraphRefusal.expired
            case .wrongAudience: throw GraphRefusal("Access token validation failure. Invalid audience.")
            }
        }
        try challenge(token)
        let model = exchange.model(for: token.objectID)
        return GraphCaller(appID: token.appID, objectID: token.objectID, roles: token.roles) {
            mailbox, permission in
            model.answer(
                appID: token.appID, objectID: token.objectID, roles: token.roles, mailbox: mailbox,
                permission: permission)
        }
    }

    /// Continuous access evaluation: only tokens that said `cp1` are cut short when their app is disabled or gone.
    private func challenge(_ token: AccessToken) throws(GraphRefusal) {
        guard token.isChallengeable, directory.app(token.appID)?.isEnabled != true else { return }
        let claims = #"{"access_token":{"nbf":{"essential":true, "value":"\#(clock.epochSeconds)"}}}"#
        let encoded = Data(claims.utf8).base64EncodedString()
        throw GraphRefusal(
            "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
            challenge: #", error="insufficient_claims", claims="\#(encoded)""#)
    }
}

/// A 401 of Graph.
struct GraphRefusal: Error {
    let message: String
    let challenge: String

    init(_ message: String, challenge: String = "") {
        self.message = message
        self.challenge = challenge
    }

    static let expired = GraphRefusal("Lifetime validation failed, the token is expired.")

    func response(to request: ServerRequest, at now: Date) -> ServerResponse {
        let header =
            #"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#
        return GatewayError(status: 401, code: "InvalidAuthenticationToken", message: message)
            .response(to: request, at: now, headers: [("WWW-Authenticate", header + challenge)])
    }
}
