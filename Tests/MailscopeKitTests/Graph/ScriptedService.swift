import FoundationEssentials
import MailscopeKit
import Synchronization

/// Answers requests from a list, in order, and keeps them. The last answer repeats.
final class ScriptedService: HTTPTransport {
    struct Reply: Sendable {
        var status = 200
        var headers: HTTPHeaders = ["Content-Type": "application/json; charset=utf-8"]
        var body = ""
        var error: TransportError?
        /// A streamed body breaks after its first piece.
        var isCut = false

        static func page(_ ids: String..., next: String? = nil) -> Reply {
            let value = ids.map { "{\"id\":\"\($0)\"}" }.joined(separator: ",")
            let link = next.map { ",\"@odata.nextLink\":\"\($0)\"" } ?? ""
            return Reply(body: "{\"value\":[\(value)]\(link)}")
        }
        static func refusal(
            _ status: Int, _ code: String, _ message: String = "", retryAfter: String? = nil
        ) -> Reply {
            var headers: HTTPHeaders = ["Content-Type": "application/json", "request-id": "r-1"]
            if let retryAfter { headers.append("Retry-After", retryAfter) }
            return Reply(
                status: status, headers: headers,
                body: "{\"error\":{\"code\":\"\(code)\",\"message\":\"\(message)\"}}")
        }
        static func broken(_ error: TransportError) -> Reply { Reply(error: error) }
    }

    private struct State {
        var replies: [Reply]
        var requests: [HTTPRequest] = []
        var times: [Duration] = []
    }
    private let state: Mutex<State>
    private let clock: any HostClock

    init(_ replies: [Reply], clock: any HostClock) {
        state = Mutex(State(replies: replies))
        self.clock = clock
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    /// When each was sent, by the clock's uptime.
    var times: [Duration] { state.withLock { $0.times } }

    private func reply(to request: HTTPRequest) throws(TransportError) -> Reply {
        let reply = state.withLock { state in
            state.requests.append(request)
            state.times.append(clock.uptime)
            return state.replies.count > 1 ? state.replies.removeFirst() : state.replies[0]
        }
        if let error = reply.error { throw error }
        return reply
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let reply = try reply(to: request)
        return HTTPResponse(
            head: HTTPResponseHead(status: reply.status, headers: reply.headers), body: Array(reply.body.utf8)
        )
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        let reply = try reply(to: request)
        return Body(reply)
    }

    private final class Body: HTTPBodyStream {
        let head: HTTPResponseHead
        private let reply: Reply
        private let asked = Mutex(0)

        init(_ reply: Reply) {
            self.reply = reply
            head = HTTPResponseHead(status: reply.status, headers: reply.headers)
        }
        func next() async throws(TransportError) -> [UInt8]? {
            let count = asked.withLock { count in
                count += 1
                return count
            }
            if count == 1 { return Array(reply.body.utf8) }
            if reply.isCut { throw .broken(host: "graph.test", detail: "cut") }
            return nil
        }
        func close() {}
    }
}

/// Tokens t1, t2, …: a new one after each discard.
final class NumberedTokens: AccessTokenSource {
    private let number = Mutex(1)
    private let error: TokenError?

    init(failingWith error: TokenError? = nil) { self.error = error }

    func token() async throws(TokenError) -> Secret<String> {
        if let error { throw error }
        return Secret("t\(number.withLock { $0 })")
    }
    func discard(_ token: Secret<String>) async -> Bool {
        number.withLock { $0 += 1 }
        return true
    }
}
