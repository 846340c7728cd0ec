internal import MailscopeKit
internal import Synchronization

/// A request on its way to the loop, and who waits for what of it.
struct Order: Sendable {
    /// How the answer is wanted.
    enum Reply: Sendable {
        case whole(CheckedContinuation<Result<HTTPResponse, TransportError>, Never>)
        case stream(CheckedContinuation<Result<CurlBodyStream, TransportError>, Never>)
    }

    let request: HTTPRequest
    let ticket: Ticket
    let reply: Reply

    var isStreamed: Bool { if case .stream = reply { true } else { false } }

    /// For an order that never started.
    func fail(_ error: TransportError) {
        switch reply {
        case .whole(let continuation): continuation.resume(returning: .failure(error))
        case .stream(let continuation): continuation.resume(returning: .failure(error))
        }
    }
}

/// Set by the caller, read by the loop. A flag rather than a command, because
/// an already cancelled task calls `onCancel` before its transfer is queued.
final class Ticket: Sendable {
    private let cancelled = Atomic(false)
    private let multi: MultiHandle

    init(multi: MultiHandle) { self.multi = multi }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() {
        cancelled.store(true, ordering: .releasing)
        multi.wake()
    }

    /// Tells the loop that the consumer has made room.
    func wake() { multi.wake() }
}
