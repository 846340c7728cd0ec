internal import FoundationEssentials

/// A request to Graph, taken apart.
struct GraphRequest: Sendable {
    let method: String
    let path: String
    let query: String
    let preferences: Preferences
    /// `https://` and the host that the client named: links of answers begin with it.
    let base: String
    let requestID: String
    let clientRequestID: String
    let now: UTCTime
    let body: [UInt8]

    init(_ request: ServerRequest, now: UTCTime) {
        method = request.method.uppercased()
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts.first ?? "")
        query = parts.count > 1 ? String(parts[1]) : ""
        preferences = Preferences(request.headers)
        func header(_ name: String) -> String? {
            request.headers.first { $0.name.lowercased() == name }?.value
        }
        base = "https://" + (header("host") ?? "graph.microsoft.com")
        requestID = UUID().uuidString.lowercased()
        clientRequestID = header("client-request-id") ?? requestID
        self.now = now
        body = request.body
    }

    /// Source: the sheet on Graph, "Envelope".
    static let jsonType =
        "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"

    /// The headers of every answer. Source: the sheet on Graph, "Real response headers".
    var headers: [(name: String, value: String)] {
        [
            ("Cache-Control", "private"), ("Strict-Transport-Security", "max-age=31536000"),
            ("request-id", requestID), ("client-request-id", clientRequestID),
            (
                "x-ms-ags-diagnostic",
                #"{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"SIMULATOR"}}"#
            ),
        ]
    }

    /// An answer of JSON.
    func json(_ status: Int = 200, applied: [String] = [], _ members: (inout JSONWriter) -> Void)
        -> ServerResponse
    {
        var writer = JSONWriter(reserving: 4_096)
        writer.object(members)
        return respond(
            status, type: Self.jsonType, applied: preferences.applied + applied, .bytes(writer.bytes))
    }

    func respond(_ status: Int = 200, type: String?, applied: [String]? = nil, _ body: ServerBody)
        -> ServerResponse
    {
        var headers = headers
        if let type { headers.append(("Content-Type", type)) }
        let applied = applied ?? preferences.applied
        if !applied.isEmpty { headers.append(("Preference-Applied", applied.joined(separator: ", "))) }
        return ServerResponse(status: status, headers: headers, body: body)
    }

    /// An answer that is an error, in the style of who refuses.
    func respond(_ error: GraphError, mailboxStyleWithInner: Bool) -> ServerResponse {
        var response = json(error.status) { writer in
            writer.name("error")
            writer.object { writer in
                writer.member("code", error.code)
                writer.member("message", error.message)
                guard error.origin == .gateway || mailboxStyleWithInner else { return }
                writer.name("innerError")
                writer.object { writer in
                    writer.member("date", now.dateAndTime)
                    writer.member("request-id", requestID)
                    writer.member("client-request-id", clientRequestID)
                }
            }
        }
        if let seconds = error.retryAfter { response.headers.append(("Retry-After", String(seconds))) }
        return response
    }
}
