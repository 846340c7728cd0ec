import MailscopeKit
import Synchronization

/// Answers requests from a list, and keeps what was sent. After the list's end everything is refused.
final class ScriptedTransport: HTTPTransport {
    enum Step: Sendable {
        case answer(Int, HTTPHeaders, String)
        case fail(TransportError)
        /// Waits for ``release()`` or cancellation, then goes on with the next step.
        case hold

        static func token(_ token: String, expiresIn: String = "3599") -> Step {
            .answer(
                200, ["Content-Type": "application/json; charset=utf-8"],
                #"{"token_type":"Bearer","expires_in":\#(expiresIn),"ext_expires_in":3599,"access_token":"\#(token)"}"#
            )
        }
    }
    private struct State {
        var steps: [Step]
        var requests: [HTTPRequest] = []
        var cancelled = 0
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }
    private let state: Mutex<State>

    init(_ steps: [Step]) { state = Mutex(State(steps: steps)) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    func add(_ steps: [Step]) { state.withLock { $0.steps += steps } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Returns once `count` requests have arrived.
    func untilRequests(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.requests.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let watchers = state.withLock { state in
            state.requests.append(request)
            let count = state.requests.count
            defer { state.watchers.removeAll { $0.count <= count } }
            return state.watchers.filter { $0.count <= count }
        }
        for watcher in watchers { watcher.continuation.resume() }
        while true {
            let step = state.withLock { $0.steps.isEmpty ? nil : $0.steps.removeFirst() }
            switch step {
            case .answer(let status, let headers, let body):
                return HTTPResponse(
                    head: HTTPResponseHead(status: status, headers: headers), body: Array(body.utf8))
            case .fail(let error): throw error
            case .hold:
                await withTaskCancellationHandler {
                    await withCheckedContinuation { continuation in
                        if Task.isCancelled { return continuation.resume() }
                        state.withLock { $0.held.append(continuation) }
                    }
                } onCancel: {
                    release()
                }
                if Task.isCancelled {
                    state.withLock { $0.cancelled += 1 }
                    throw .cancelled
                }
            case nil: throw .invalidRequest(detail: "the script is over")
            }
        }
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        throw .invalidRequest(detail: "not asked for")
    }
}
