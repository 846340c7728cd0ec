extension ServerResponse {
    /// A JSON answer.
    static func json(
        _ value: JSONValue, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> ServerResponse {
        ServerResponse(
            status: status, headers: [("Content-Type", "application/json; charset=utf-8")] + headers,
            body: .bytes(value.bytes))
    }
}
