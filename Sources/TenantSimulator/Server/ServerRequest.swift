/// A request as it came over the wire, with its body whole.
package struct ServerRequest: Sendable {
    package let method: String
    /// As sent: path and query, still percent-encoded.
    package let target: String
    /// In order; names in lower case, values without outer blanks.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// Counts the server's TCP connections from 1.
    package let connectionID: Int

    package init(
        method: String,
        target: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        connectionID: Int = 0
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.connectionID = connectionID
    }

    /// The first field of that name, which is given in lower case.
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
