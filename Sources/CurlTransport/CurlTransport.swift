internal import CCurl
internal import COpenSSL
package import MailscopeKit
internal import Synchronization

/// Runs every HTTP transfer on one thread of its own, so that no task of the cooperative pool ever blocks in libcurl.
///
/// HTTPS only, TLS 1.2 or later, certificates always checked, redirects not followed. HTTP/2 where the server offers
/// it; a streamed body has an HTTP/1.1 connection of its own, whose flow TCP controls.
package final class CurlTransport: HTTPTransport {
    private let inbox = Inbox()
    private let multi: MultiHandle
    private let counters = TransferCounters()

    /// Starts the thread that all transfers run on.
    ///
    /// - Throws: ``TransportSetupError``, naming the file where the authorities are at fault.
    package init(_ configuration: CurlConfiguration) throws(TransportSetupError) {
        // Before libcurl touches OpenSSL: freed at `exit` it would be pulled from under the loop.
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else {
            throw .libcurl(detail: "it did not initialise")
        }
        let authorities: Authorities? =
            if let file = configuration.authorityFile { try Authorities(file: file) } else { nil }
        multi = try MultiHandle()
        let settings = TransferSettings(
            userAgent: configuration.userAgent, proxy: configuration.proxy, authorities: authorities,
            log: configuration.log, watch: configuration.watch)
        let started = startThread { [multi, inbox, counters] in
            TransferLoop(multi: multi, inbox: inbox, settings: settings, counters: counters).run()
        }
        guard started else { throw .libcurl(detail: "no thread to run on") }
    }

    deinit { close() }

    /// Ends what runs with ``TransportError/cancelled`` and refuses what comes.
    package func close() {
        inbox.close()
        multi.wake()
    }

    /// TCP connections opened by transfers that have ended.
    package var connectionsOpened: Int { counters.connections.load(ordering: .relaxed) }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await perform(request) { .whole($0) }
    }

    package func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        try await perform(request) { .stream($0) }
    }

    private func perform<Answer: Sendable>(
        _ request: HTTPRequest,
        reply: (CheckedContinuation<Result<Answer, TransportError>, Never>) -> Order.Reply
    ) async throws(TransportError) -> Answer {
        let ticket = Ticket(multi: multi)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let order = Order(request: request, ticket: ticket, reply: reply(continuation))
                if inbox.push(order) { multi.wake() } else { order.fail(.cancelled) }
            }
        } onCancel: {
            ticket.cancel()
        }
        return try result.get()
    }
}
