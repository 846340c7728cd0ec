/// Sends requests. Declared here, implemented over libcurl by `CurlTransport`.
package protocol HTTPTransport: Sendable {
    /// Sends a request and takes the body whole. Cancelling the task ends the transfer.
    ///
    /// - Throws: ``TransportError`` when no whole response came; a 4xx or 5xx is a response.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse

    /// Sends a request and returns once the head is there.
    ///
    /// - Throws: ``TransportError`` when no head came.
    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream
}
