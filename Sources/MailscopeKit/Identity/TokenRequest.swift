import FoundationEssentials

/// Asks a token endpoint for an app-only token.
struct TokenRequest {
    /// Sent as `client-request-id`; the directory keeps it as the correlation id.
    let id: String
    let http: HTTPRequest

    /// Source: RFC 7523 §2.2; learn.microsoft.com, "OAuth 2.0 client credentials flow".
    init(endpoint: String, clientID: String, scope: String, assertion: Secret<String>) {
        id = UUID().uuidString.lowercased()
        // The one place below the adapters that opens a secret: the form that goes out.
        let body = Secret(
            FormBody.encode([
                ("client_id", clientID), ("scope", scope),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion.reveal()), ("grant_type", "client_credentials"),
            ]))
        http = HTTPRequest(
            method: .post, url: endpoint,
            headers: [
                "Content-Type": FormBody.contentType, "Accept": "application/json", "client-request-id": id,
                "return-client-request-id": "true",
            ], body: body,
            deadlines: HTTPDeadlines(connect: .seconds(20), stall: .seconds(30), whole: .seconds(60)),
            bodyLimit: 256 << 10)
    }
}
