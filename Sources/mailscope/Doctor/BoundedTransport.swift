import MailscopeKit

/// A transport whose requests all end in time, whatever deadlines they came with.
struct BoundedTransport: HTTPTransport {
    let transport: any HTTPTransport
    let limit: Duration

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await transport.send(bounded(request))
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        try await transport.open(bounded(request))
    }

    private func bounded(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        request.deadlines.connect = Swift.min(request.deadlines.connect, limit)
        request.deadlines.stall = Swift.min(request.deadlines.stall, limit)
        request.deadlines.whole = Swift.min(request.deadlines.whole ?? limit, limit)
        return request
    }
}
