import Glibc
import Synchronization

/// A tenant of Microsoft 365 on loopback: its directory with the token endpoint, Graph's mail, Exchange's scoping,
/// faults to switch on, and a log of all that was asked.
package final class SimulatedTenant: Sendable {
    package let directory: Directory
    package let exchange: ExchangeService
    package let clock: SimulatorClock
    package let switches: SwitchBoard
    package let faults: FaultBoard
    package let log: RequestLog
    package let mail: MailStore
    package let graph: GraphAPI
    /// Everything random in the tenant comes from this.
    package let seed: UInt64

    let issuer: TokenIssuer
    private let endpoint: TokenEndpoint
    private let metadata: EntraMetadata
    private let gate: GraphGate
    private let running = Mutex<Running?>(nil)
    /// Made at the first start.
    private let known = Mutex<SimulatorAuthority?>(nil)

    private struct Running: Sendable {
        let server: TLSServer
        let caPEM: String
    }

    /// A tenant without apps and mailboxes, not yet serving. Tenants of one test may share a `tokenKey`, which spares
    /// making one.
    package init(
        tenantID: String? = nil, domain: String = "contoso.test", seed: UInt64 = 1,
        clock: SimulatorClock = SimulatorClock(), switches: TenantSwitches = TenantSwitches(),
        tokenKey: TokenKey? = nil
    ) {
        var random = SeededGenerator(seed: seed)
        let board = SwitchBoard(switches)
        directory = Directory(tenantID: tenantID ?? random.guid(), domain: domain)
        exchange = ExchangeService(directory: directory, clock: clock, switches: board)
        self.clock = clock
        self.switches = board
        self.seed = seed
        faults = FaultBoard(seed: seed)
        log = RequestLog()
        mail = MailStore()
        graph = GraphAPI(store: mail, directory: directory, clock: clock)
        issuer = TokenIssuer(tenantID: directory.tenantID, key: tokenKey)
        endpoint = TokenEndpoint(directory: directory, clock: clock, switches: board, issuer: issuer)
        metadata = EntraMetadata(directory: directory, clock: clock, switches: board, issuer: issuer)
        gate = GraphGate(directory: directory, clock: clock, issuer: issuer, exchange: exchange)
    }

    /// Serves HTTPS on a loopback port; 0 for any free one. Where it served before, clients trust it as they did.
    ///
    /// - Throws: ``ServerError`` where no certificate can be made, or the port cannot be had.
    package func start(port: UInt16 = 0) throws(ServerError) {
        let authority: SimulatorAuthority
        if let known = known.withLock(\.self) {
            authority = known
        } else {
            authority = try SimulatorAuthority()
        }
        known.withLock { $0 = authority }
        let server = try TLSServer(identity: try authority.issue(), port: port) { [weak self] request in
            self?.answer(request) ?? ServerResponse(status: 503)
        }
        running.withLock { $0 = Running(server: server, caPEM: authority.caPEM) }
    }

    /// Stops serving and breaks open connections.
    package func stop() { running.withLock { $0.take() }?.server.close() }

    /// The port, while serving.
    package var port: UInt16? { running.withLock { $0?.server.port } }

    /// `https://localhost:PORT`; with port 0 while not serving.
    package var baseURL: String { "https://localhost:\(port ?? 0)" }

    /// The certificate that clients must trust, while serving.
    package var caPEM: String { running.withLock { $0?.caPEM } ?? "" }

    /// The tokens that were issued: for tests that look for them where they must not be. Ten thousand are kept.
    package var issuedTokens: [String] { issuer.issued }

    /// The client assertions that were sent, good or not. The first ten thousand are kept.
    package var receivedAssertions: [String] { endpoint.assertions }

    /// Answers one request, with faults and log. Called for each request that the server gets, and may be called
    /// without any server.
    package func answer(_ request: ServerRequest) -> ServerResponse {
        let target = RequestTarget(request.target)
        if target.segments.first?.lowercased() == "simulator" {
            return Administration(tenant: self).answer(request, target)
        }
        let isGraph = ["v1.0", "beta"].contains(target.segments.first?.lowercased())
        let caller = isGraph ? Result { () throws(GraphRefusal) in try gate.caller(request) } : nil
        let appID = isGraph ? try? caller?.get().appID : TokenEndpoint.clientID(of: request)?.lowercased()
        let mailbox = isGraph ? Self.mailbox(target) : nil

        let visit = Visit(request: request, target: target, caller: caller, appID: appID, mailbox: mailbox)
        let (response, fault) = faults.isEmpty ? (answer(visit, wait: .zero), nil) : answerWithFaults(visit)
        log.add { number in
            LoggedRequest(
                number: number, time: clock.now, method: request.method, target: request.target,
                status: response.status, appID: appID, mailbox: mailbox, connectionID: request.connectionID,
                userAgent: request.header("user-agent"), bytes: response.body.count, fault: fault)
        }
        return response
    }

    /// A request and what was found out about it.
    private struct Visit {
        let request: ServerRequest
        let target: RequestTarget
        /// Nil where it is not for Graph.
        let caller: Result<GraphCaller, GraphRefusal>?
        let appID: String?
        let mailbox: String?
    }

    private func answerWithFaults(_ visit: Visit) -> (ServerResponse, fault: String?) {
        let subject = FaultBoard.Subject(
            method: visit.request.method, target: visit.request.target, appID: visit.appID,
            mailboxNames: names(of: visit.mailbox))
        var active = faults.faults(for: subject) { !$0.needsLink }
        let kind = active.first?.kind
        let isGraph = visit.caller != nil
        var response: ServerResponse
        if let instead = active.lazy.compactMap({ $0.answer(isEntra: !isGraph, at: self.clock.now) }).first {
            response = instead
        } else if isGraph, active.contains(.expiredToken) {
            response = GraphRefusal.expired.response(to: visit.request, at: clock.now)
        } else {
            // Graph's limit of requests in flight must see the wait, so it is not left to the delivery.
            let wait = isGraph ? active.reduce(.zero) { $0 + $1.wait(faults.jitter) } : .zero
            if isGraph { active.removeAll { $0.isLatency } }
            response = answer(visit, wait: wait)
            if response.hasLink { active += faults.faults(for: subject) { $0.needsLink } }
        }
        for fault in active { response = fault.deliver(response, jitter: faults.jitter) }
        return (response, kind ?? active.first?.kind)
    }

    private func answer(_ visit: Visit, wait: Duration) -> ServerResponse {
        let (request, target) = (visit.request, visit.target)
        switch visit.caller {
        case .failure(let refusal)?: return refusal.response(to: request, at: clock.now)
        case .success(let caller)?:
            return graph.answer(request, caller: caller) { if wait > .zero { pause(wait) } }
        case nil: break
        }
        guard let tenant = target.segments.first else { return ServerResponse(status: 404) }
        let host = request.header("host").map { "https://" + $0 } ?? baseURL
        switch target.segments.dropFirst().joined(separator: "/").lowercased() {
        case "oauth2/v2.0/token": return endpoint.answer(request, tenant: tenant, version: .v2)
        case "oauth2/token": return endpoint.answer(request, tenant: tenant, version: .v1)
        case "v2.0/.well-known/openid-configuration":
            return metadata.configuration(request, tenant: tenant, isV2: true, base: host)
        case ".well-known/openid-configuration":
            return metadata.configuration(request, tenant: tenant, isV2: false, base: host)
        case "discovery/v2.0/keys", "discovery/keys": return metadata.keys
        case "discovery/instance": return metadata.instances(base: host)
        default: return ServerResponse(status: 404)
        }
    }

    /// The mailbox that a path of Graph names: `/v1.0/users/NAME/…` or `/v1.0/users('NAME')/…`.
    static func mailbox(_ target: RequestTarget) -> String? {
        let segments = target.segments
        guard segments.count > 1 else { return nil }
        if segments[1].lowercased() == "users" { return segments.count > 2 ? segments[2] : nil }
        let lower = segments[1].lowercased()
        guard lower.hasPrefix("users('"), lower.hasSuffix("')") else { return nil }
        return String(segments[1].dropFirst(7).dropLast(2)).replacing("''", with: "'")
    }

    private func names(of mailbox: String?) -> Set<String> {
        guard let mailbox else { return [] }
        guard let known = directory.mailbox(mailbox) else { return [mailbox.lowercased()] }
        return Set(([known.objectID, known.userPrincipalName] + known.addresses).map { $0.lowercased() })
    }
}

/// Blocks this connection's thread.
private func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var rest = timespec()
    while nanosleep(&time, &rest) == -1, errno == EINTR { time = rest }
}

extension Fault {
    fileprivate var needsLink: Bool {
        if case .link = self { true } else { false }
    }

    fileprivate var isLatency: Bool {
        if case .latency = self { true } else { false }
    }

    fileprivate func wait(_ jitter: (Duration) -> Duration) -> Duration {
        if case .latency(let fixed, let limit) = self { fixed + jitter(limit) } else { .zero }
    }
}

extension ServerResponse {
    fileprivate var hasLink: Bool {
        guard case .bytes(let bytes) = body else { return false }
        return ODataLink.first(in: bytes[...]) != nil
    }
}
