/// What to answer, and how to put it on the wire.
package struct ServerResponse: Sendable {
    package var status: Int
    /// The server itself adds `Date`, `Content-Length` or `Transfer-Encoding`, and `Connection`.
    package var headers: [(name: String, value: String)]
    package var body: ServerBody
    package var delivery: Delivery

    package init(
        status: Int,
        headers: [(name: String, value: String)] = [],
        body: ServerBody = .empty,
        delivery: Delivery = .whole
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.delivery = delivery
    }
}
