package import MailscopeKit

/// The body of a transfer that is running on the loop.
package final class CurlBodyStream: HTTPBodyStream {
    package let head: HTTPResponseHead
    private let pipe: BodyPipe
    private let ticket: Ticket

    init(head: HTTPResponseHead, pipe: BodyPipe, ticket: Ticket) {
        self.head = head
        self.pipe = pipe
        self.ticket = ticket
    }

    deinit { close() }

    /// The next piece, at most 272 KiB, or nil at the end of the body.
    ///
    /// - Throws: ``TransportError``; `.cancelled` also after ``close()``.
    package func next() async throws(TransportError) -> [UInt8]? {
        let piece = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if pipe.take(continuation) { ticket.wake() }
            }
        } onCancel: {
            close()
        }
        return try piece.get()
    }

    package func close() {
        pipe.abandon()
        ticket.cancel()
    }
}
