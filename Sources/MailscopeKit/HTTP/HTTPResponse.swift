/// What came back, whatever its status, with the body whole.
package struct HTTPResponse: Sendable {
    package var head: HTTPResponseHead
    package var body: [UInt8]

    package var status: Int { head.status }

    package init(head: HTTPResponseHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}

/// The status line and the header fields of a response.
package struct HTTPResponseHead: Sendable, Equatable {
    package var status: Int
    package var headers: HTTPHeaders

    package init(status: Int, headers: HTTPHeaders) {
        self.status = status
        self.headers = headers
    }
}

/// A response whose body arrives piece by piece. The transfer pauses while nobody asks for the next piece.
package protocol HTTPBodyStream: Sendable {
    var head: HTTPResponseHead { get }
    /// The next piece, or nil at the end of the body. One caller at a time.
    ///
    /// - Throws: ``TransportError`` when the body was cut short, stalled or the task was cancelled.
    func next() async throws(TransportError) -> [UInt8]?
    /// Ends the transfer if it still runs. Dropping the last reference does the same.
    func close()
}
