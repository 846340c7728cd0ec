import MailscopeKit

/// A transport whose requests are counted.
struct CountingTransport: HTTPTransport {
    let transport: any HTTPTransport
    let traffic: Traffic
    /// What begins so is asked of Graph, all else of the token service.
    let graphRoot: String

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        do throws(TransportError) {
            let response = try await transport.send(request)
            traffic.answered(service(request), status: response.status)
            return response
        } catch {
            traffic.failed(service(request), error)
            throw error
        }
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        do throws(TransportError) {
            let stream = try await transport.open(request)
            traffic.answered(service(request), status: stream.head.status)
            return stream
        } catch {
            traffic.failed(service(request), error)
            throw error
        }
    }

    /// A simulated tenant may have both at one address; Graph's paths begin with its version.
    private func service(_ request: HTTPRequest) -> Traffic.Key.Service {
        request.url.hasPrefix(graphRoot + "/v1.0/") ? .graph : .token
    }
}
