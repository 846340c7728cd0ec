package import FoundationEssentials

/// Tokens by client credentials: asked for with an assertion of its own each time, kept in memory only.
///
/// A token lives by `expires_in` on a clock that does not step. Five minutes before its end it is renewed while it is
/// still in use, and where that fails it stays in use. However many callers wait, one request is under way.
///
/// While a certificate is being renewed, the next one is tried first each time; where the directory refuses it, the
/// current one is tried right after, once.
package actor TokenSource: AccessTokenSource {
    private struct Held {
        let token: Secret<String>
        let obtained: Duration
        let renewAt: Duration
        let expiresAt: Duration
    }
    private typealias Renewal = SharedWork<Result<Secret<String>, TokenError>>

    package nonisolated let trouble: TroubleWatch? = TroubleWatch(.tokens)

    private let registration: AppRegistration
    private let cloud: Cloud
    private let current: AppCredential
    private let next: AppCredential?
    private let heard: @Sendable (NextCertificateAnswer) -> Void
    private let transport: any HTTPTransport
    private let clock: any HostClock
    private let log: Log
    private let policy: TokenRetryPolicy
    private let jitter: @Sendable () -> Double

    private var held: Held?
    private var renewal: (work: Renewal, number: Int, isEarly: Bool)?
    private var renewals = 0
    private var failedEarly = 0
    private var nextEarly = Duration.zero
    /// The service is left alone until then.
    private var fence = Duration.zero
    private var fenceReason = ""

    /// - Parameters:
    ///   - registration: the app and its directory.
    ///   - cloud: where it lives.
    ///   - algorithm: of the assertions' signatures.
    ///   - signer: holds the key.
    ///   - next: the certificate that is to take over, where there is one.
    ///   - heard: is told how the directory answered to `next`, each time.
    ///   - transport: sends the requests.
    ///   - clock: times them.
    ///   - log: gets a record of each request, without what is secret in it.
    ///   - policy: how patient it is.
    ///   - jitter: at least 0 and less than 1, random where no test says otherwise.
    package init(
        registration: AppRegistration, cloud: Cloud, algorithm: AssertionAlgorithm = .ps256,
        signer: any AssertionSigner, next: AppCredential? = nil,
        heard: @escaping @Sendable (NextCertificateAnswer) -> Void = { _ in },
        transport: any HTTPTransport, clock: any HostClock, log: Log = .silent,
        policy: TokenRetryPolicy = TokenRetryPolicy(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.registration = registration
        self.cloud = cloud
        current = AppCredential(signer, algorithm)
        self.next = next
        self.heard = heard
        self.transport = transport
        self.clock = clock
        self.log = log
        self.policy = policy
        self.jitter = jitter
    }

    package var expiry: Date? {
        held.map { clock.now + ($0.expiresAt - clock.uptime) / .seconds(1) }
    }

    package func token() async throws(TokenError) -> Secret<String> {
        while true {
            if Task.isCancelled { throw .transport(.cancelled) }
            let now = clock.uptime
            if let held, now < held.expiresAt {
                if now >= held.renewAt, now >= nextEarly, now >= fence, renewal == nil { renew(early: true) }
                return held.token
            }
            let joined = renewal ?? renew(early: false)
            switch await joined.work.wait() {
            case .done(.success(let token)): return token
            case .done(.failure(let error)):
                // An early renewal tries once only; without a valid token it is worth more.
                if !joined.isEarly { throw error }
            case .left: throw .transport(.cancelled)
            case .abandoned: break
            }
            // Whoever comes first takes away what is over.
            if renewal?.number == joined.number { renewal = nil }
        }
    }

    package func discard(_ token: Secret<String>) async -> Bool {
        guard let held, held.token.matches(token) else { return true }
        guard clock.uptime - held.obtained >= policy.freshness else { return false }
        self.held = nil
        log.info("token dropped")
        return true
    }

    @discardableResult
    private func renew(early: Bool) -> (work: Renewal, number: Int, isEarly: Bool) {
        renewals += 1
        let number = renewals
        let work = Renewal { await self.run(number, early: early) }
        let started = (work: work, number: number, isEarly: early)
        renewal = started
        return started
    }

    private func run(_ number: Int, early: Bool) async -> Result<Secret<String>, TokenError> {
        defer { if renewal?.number == number { renewal = nil } }
        do throws(TokenError) {
            let new = try await request(attempts: early ? 1 : policy.attempts)
            held = new
            failedEarly = 0
            nextEarly = .zero
            return .success(new.token)
        } catch {
            if early {
                failedEarly += 1
                nextEarly = clock.uptime + policy.pauseAfterEarly(failures: failedEarly)
                // An outage is told of once, by `trouble`.
                log.record(
                    isOutage(error) ? .debug : .warning, "token not renewed yet, the old one is still valid",
                    [LogField("reason", error)])
            }
            return .failure(error)
        }
    }

    private func request(attempts: Int) async throws(TokenError) -> Held {
        let deadline = clock.uptime + policy.patience
        var failures = 0
        var refusalOfNext: TokenError?
        while true {
            let wait = fence - clock.uptime
            if wait > .zero {
                guard clock.uptime + wait <= deadline else {
                    throw .unavailable(detail: fenceReason, retryAfter: wait)
                }
                log.debug(
                    "waiting before asking for a token again",
                    [LogField("seconds", wait.components.seconds), LogField("reason", fenceReason)])
                do { try await clock.sleep(for: wait) } catch { throw .transport(.cancelled) }
            }
            let started = clock.uptime
            let failure: TokenError
            var retryAfter: Duration?
            do throws(TokenError) {
                let (token, lifetime) = try await ask(&refusalOfNext)
                fence = .zero
                trouble?.succeeded(at: clock.uptime, log: log)
                return Held(
                    token: token, obtained: started,
                    renewAt: started + lifetime - Swift.min(policy.early, lifetime / 2),
                    expiresAt: started + lifetime)
            } catch {
                switch error {
                case .unavailable(let detail, let asked):
                    retryAfter = asked
                    fenceReason = detail
                case .transport(let reason) where reason.isTransient: fenceReason = "\(reason)"
                default: throw error
                }
                failure = error
            }
            failures += 1
            let pause = policy.pause(after: failures, retryAfter: retryAfter, jitter: jitter())
            fence = clock.uptime + pause
            trouble?.failed(at: clock.uptime, log: log, reason: [LogField("reason", fenceReason)])
            if failures >= attempts { throw failure }
        }
    }

    /// Whether it goes away by itself.
    private func isOutage(_ error: TokenError) -> Bool {
        switch error {
        case .unavailable: true
        case .transport(let reason): reason.isTransient
        default: false
        }
    }

    /// Asks with the next certificate, unless it was refused already, then with the current one.
    private func ask(
        _ refusalOfNext: inout TokenError?
    ) async throws(TokenError) -> (Secret<String>, lifetime: Duration) {
        if let next, refusalOfNext == nil, next.isInForce(at: clock.now) {
            do throws(TokenError) {
                let granted = try await ask(with: next)
                heard(.accepted)
                return granted
            } catch {
                guard error.isAboutTheRequest, clock.now <= current.certificate.notAfter else { throw error }
                refusalOfNext = error
                log.debug(
                    "the next certificate gives no token, trying the current one", [LogField("reason", error)]
                )
            }
        }
        let granted = try await ask(with: current)
        if let refusalOfNext { heard(.refused(refusalOfNext)) }
        return granted
    }

    /// One request, one answer.
    private func ask(
        with credential: AppCredential
    ) async throws(TokenError) -> (Secret<String>, lifetime: Duration) {
        let endpoint = cloud.tokenEndpoint(of: registration)
        let assertion: Secret<String>
        do throws(SigningError) {
            assertion = try ClientAssertion(
                audience: endpoint, clientID: registration.clientID, issuedAt: clock.now
            ).signed(by: credential.signer, with: credential.algorithm)
        } catch {
            throw .signing(error)
        }
        let request = TokenRequest(
            endpoint: endpoint, clientID: registration.clientID, scope: cloud.scope, assertion: assertion)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request.http)
        } catch .tooLarge(_, let limit) {
            throw .notATokenResponse(status: 0, detail: "more than \(limit) bytes")
        } catch {
            throw .transport(error)
        }
        log.debug(
            "token endpoint answered",
            [
                LogField("status", response.status), LogField("client-request-id", request.id),
                LogField(
                    "request-id", response.head.headers["x-ms-request-id"].map { ServerText.line($0) } ?? "-"),
            ])
        switch TokenAnswer(response, now: clock.now) {
        case .granted(let token, let lifetime): return (token, lifetime)
        case .tryLater(let detail, let retryAfter): throw .unavailable(detail: detail, retryAfter: retryAfter)
        case .useless(let detail): throw .notATokenResponse(status: response.status, detail: detail)
        case .refused(let body):
            let advisor = EntraAdvisor(
                registration: registration, cloud: cloud, certificate: credential.certificate,
                algorithm: credential.algorithm, now: clock.now)
            throw .refused(advisor.refusal(body, headers: response.head.headers))
        }
    }
}

extension TokenError {
    /// Whether another certificate could fare better. What the answer says of the reason does not decide that.
    fileprivate var isAboutTheRequest: Bool {
        switch self {
        case .refused, .signing: true
        case .unavailable, .transport, .notATokenResponse: false
        }
    }
}
