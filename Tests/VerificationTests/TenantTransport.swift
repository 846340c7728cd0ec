import FoundationEssentials
import MailscopeKit
import Synchronization
import TenantSimulator

/// What a network does to an answer on its way.
enum NetworkFault: CaseIterable {
    case proxyHTML403, proxyHTML502, portalHTML200, portalJSON200, portalJSONError403, lostBefore, lostAfter,
        cut
    case throttled, away, expired, cachedAnswer
}

/// A tenant in this process as a transport, with a network in between, that knows what was truly readable.
final class TenantTransport: HTTPTransport {
    struct State {
        var random: SeededGenerator
        var requests = 0
        /// Answers that were true successes for a mailbox that must be closed.
        var readable = 0
        /// Of those, with their heads delivered as they were.
        var delivered = 0
        var methods: Set<String> = []
        /// Of successes for mailboxes that must be closed.
        var bodiesRead = 0
        var cached: ServerResponse?
        var faultsLeft: Int
        var targets: [String] = []
    }

    let tenant: SimulatedTenant
    let state: Mutex<State>
    /// Object ids of what may be read.
    let open: Set<String>
    let faults: [NetworkFault]
    /// Of each answer of Graph, from 0 to 1.
    let rate: Double
    /// Whether the network leaves the open mailbox alone, so that controls hold.
    let sparesOpen: Bool
    /// Time that each request takes.
    let latency: Duration
    /// Called with the number of each request to Graph, before it is answered.
    let before: @Sendable (Int) -> Void

    init(
        _ tenant: SimulatedTenant, open: Set<String>, faults: [NetworkFault] = [], rate: Double = 0,
        faultLimit: Int = .max, sparesOpen: Bool = false, latency: Duration = .milliseconds(20),
        seed: UInt64 = 1,
        before: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.tenant = tenant
        self.open = open
        self.faults = faults
        self.rate = rate
        self.sparesOpen = sparesOpen
        self.latency = latency
        self.before = before
        state = Mutex(State(random: SeededGenerator(seed: seed), faultsLeft: faultLimit))
    }

    /// Forgets what was readable so far: a new attempt.
    func forget() {
        state.withLock { state in
            state.readable = 0
            state.delivered = 0
        }
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let answer = try answer(request)
        return HTTPResponse(head: head(answer), body: bytes(answer))
    }

    func open(_ request: HTTPRequest) async throws(TransportError) -> any HTTPBodyStream {
        let answer = try answer(request)
        return Stream(
            head: head(answer), body: bytes(answer), isCut: answer.isCut, isClosed: isClosed(request),
            transport: self)
    }

    private struct Answer {
        var response: ServerResponse
        var isCut = false
    }

    private func answer(_ request: HTTPRequest) throws(TransportError) -> Answer {
        tenant.clock.advance(by: latency)
        let number = state.withLock { state in
            state.requests += 1
            state.methods.insert(request.method.rawValue)
            state.targets.append(request.url)
            return state.requests
        }
        before(number)
        let isSpared = sparesOpen && !isClosed(request)
        let fault = state.withLock { state -> NetworkFault? in
            if isSpared { return nil }
            guard rate > 0, state.faultsLeft > 0, Double.random(in: 0..<1, using: &state.random) < rate else {
                return nil
            }
            state.faultsLeft -= 1
            return faults.randomElement(using: &state.random)
        }
        let id = request.headers["client-request-id"] ?? ""
        let marked = [
            ("Content-Type", "application/json; odata.metadata=minimal"), ("request-id", "r"),
            ("client-request-id", id),
        ]
        switch fault {
        case .lostBefore: throw .notConnected(host: "graph", detail: "lost")
        case .throttled:
            return Answer(
                response: ServerResponse(
                    status: 429, headers: marked + [("Retry-After", "3")],
                    body: .text(#"{"error":{"code":"ApplicationThrottled","message":""}}"#)))
        case .away: return Answer(response: ServerResponse(status: 503))
        case .expired:
            return Answer(
                response: ServerResponse(
                    status: 401, headers: marked,
                    body: .text(#"{"error":{"code":"InvalidAuthenticationToken","message":"Lifetime"}}"#)))
        default: break
        }
        let response = truth(request)
        switch fault {
        case .proxyHTML403:
            return Answer(
                response: ServerResponse(
                    status: 403, headers: [("Content-Type", "text/html"), ("request-id", "p")],
                    body: .text("<h1>ErrorAccessDenied</h1>")))
        case .proxyHTML502: return Answer(response: ServerResponse(status: 502, body: .text("<h1>502</h1>")))
        case .portalHTML200:
            return Answer(
                response: ServerResponse(
                    status: 200, headers: [("Content-Type", "text/html")], body: .text("<h1>Hello</h1>")))
        case .portalJSON200:
            return Answer(
                response: ServerResponse(
                    status: 200, headers: [("Content-Type", "application/json"), ("request-id", "7")],
                    body: .text(#"{"value":[]}"#)))
        case .portalJSONError403:
            return Answer(
                response: ServerResponse(
                    status: 403, headers: [("Content-Type", "application/json")],
                    body: .text(#"{"error":{"code":"ErrorAccessDenied","message":"no"}}"#)))
        case .lostAfter: throw .broken(host: "graph", detail: "lost")
        case .cachedAnswer:
            // Somebody's cache repeats an earlier answer of Graph.
            if let cached = state.withLock({ $0.cached }) { return Answer(response: cached) }
        default: break
        }
        if isClosed(request), response.status == 200 { state.withLock { $0.delivered += 1 } }
        state.withLock { state in
            if isGraph(request), Bool.random(using: &state.random) { state.cached = response }
        }
        return Answer(response: response, isCut: fault == .cut)
    }

    private func truth(_ request: HTTPRequest) -> ServerResponse {
        let path = request.url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        var headers = request.headers.fields.map { (name: $0.name.lowercased(), value: $0.value) }
        headers.append(("host", "graph.test"))
        if let bearer = request.bearer { headers.append(("authorization", "Bearer \(bearer.reveal())")) }
        let response = tenant.answer(
            ServerRequest(
                method: request.method.rawValue, target: String(path), headers: headers,
                body: request.body?.reveal() ?? []))
        if isClosed(request), response.status == 200 { state.withLock { $0.readable += 1 } }
        return response
    }

    private func isGraph(_ request: HTTPRequest) -> Bool { request.url.contains("/v1.0/") }

    private func isClosed(_ request: HTTPRequest) -> Bool {
        guard isGraph(request) else { return false }
        let segments = request.url.split(separator: "/")
        guard let at = segments.firstIndex(of: "users"), at + 1 < segments.count else { return false }
        let name = segments[at + 1].replacing("%23", with: "#")
        guard let mailbox = tenant.directory.mailbox(String(name)) else { return false }
        return !open.contains(mailbox.objectID)
    }

    private func head(_ answer: Answer) -> HTTPResponseHead {
        HTTPResponseHead(
            status: answer.response.status,
            headers: HTTPHeaders(
                answer.response.headers.map { HTTPHeaders.Field(name: $0.name.lowercased(), value: $0.value) }
            ))
    }

    private func bytes(_ answer: Answer) -> [UInt8] {
        switch answer.response.body {
        case .bytes(let bytes): bytes
        case .generated(let count, let make): make(0..<count)
        }
    }

    private final class Stream: HTTPBodyStream {
        let head: HTTPResponseHead
        private let body: Mutex<[UInt8]?>
        private let isCut: Bool
        private let isClosed: Bool
        private let transport: TenantTransport

        init(head: HTTPResponseHead, body: [UInt8], isCut: Bool, isClosed: Bool, transport: TenantTransport) {
            self.head = head
            self.body = Mutex(body)
            self.isCut = isCut
            self.isClosed = isClosed
            self.transport = transport
        }

        func next() async throws(TransportError) -> [UInt8]? {
            if head.status == 200, isClosed { transport.state.withLock { $0.bodiesRead += 1 } }
            let bytes = body.withLock { body in
                defer { body = nil }
                return body
            }
            guard let bytes else {
                if isCut { throw .broken(host: "graph", detail: "cut") }
                return nil
            }
            return isCut ? Array(bytes.prefix(bytes.count / 2)) : bytes
        }

        func close() {}
    }
}

/// The tenant's clock, which only sleeping and requests move.
struct TenantClock: HostClock {
    let clock: SimulatorClock
    let start: Date

    init(_ clock: SimulatorClock) {
        self.clock = clock
        start = clock.now
    }

    var now: Date { clock.now }
    var uptime: Duration { .seconds(clock.now.timeIntervalSince(start)) }
    func sleep(for duration: Duration) async throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        // A date is too coarse for the last nanosecond of a wait.
        clock.advance(by: Swift.max(duration, .milliseconds(1)))
        await Task.yield()
    }
}

/// Asks the tenant for tokens with a secret, past the network.
actor TenantTokens: AccessTokenSource {
    private let tenant: SimulatedTenant
    private let app: SimulatedApp
    private let scope: String
    /// Seconds before its end at which a token is renewed.
    private let margin: Double
    private var held: (token: Secret<String>, until: Date)?
    private(set) var count = 0

    init(
        _ tenant: SimulatedTenant, app: SimulatedApp, scope: String = "https://graph.microsoft.com/.default",
        margin: Double = 30
    ) {
        self.tenant = tenant
        self.app = app
        self.scope = scope
        self.margin = margin
    }

    func token() async throws(TokenError) -> Secret<String> {
        if let held, tenant.clock.now < held.until { return held.token }
        let form = FormBody.encode([
            ("client_id", app.appID), ("scope", scope), ("grant_type", "client_credentials"),
            ("client_secret", "secret"),
        ])
        let answer = tenant.answer(
            ServerRequest(
                method: "POST", target: "/\(tenant.directory.tenantID)/oauth2/v2.0/token",
                headers: [("content-type", "application/x-www-form-urlencoded")], body: form))
        struct Body: Decodable {
            let token: String
            let lifetime: Double
            enum CodingKeys: String, CodingKey {
                case token = "access_token"
                case lifetime = "expires_in"
            }
        }
        guard answer.status == 200, case .bytes(let bytes) = answer.body,
            let body = try? JSONDecoder().decode(Body.self, from: Data(bytes))
        else { throw .unavailable(detail: "no token", retryAfter: nil) }
        count += 1
        let token = Secret(body.token)
        held = (token, tenant.clock.now + body.lifetime - margin)
        return token
    }

    func discard(_ token: Secret<String>) async -> Bool {
        if held?.token.matches(token) == true { held = nil }
        return true
    }
}
