internal import FoundationEssentials
import Synchronization

/// The directory's token endpoint, for apps only: `client_credentials` with an assertion or a secret.
final class TokenEndpoint: Sendable {
    /// The two forms of the endpoint.
    enum Version { case v1, v2 }

    private let directory: Directory
    private let clock: SimulatorClock
    private let switches: SwitchBoard
    private let issuer: TokenIssuer
    /// Moments of each app's requests in the last minute.
    private let recent = Mutex<[String: [Date]]>([:])
    private let received = Mutex<[String]>([])
    private static let receivedLimit = 10_000

    init(directory: Directory, clock: SimulatorClock, switches: SwitchBoard, issuer: TokenIssuer) {
        self.directory = directory
        self.clock = clock
        self.switches = switches
        self.issuer = issuer
    }

    /// The fields of the request's form; for the query too, where some libraries put telemetry.
    static func fields(of request: ServerRequest) -> [(name: String, value: String)] {
        PercentEncoding.pairs(String(decoding: request.body, as: UTF8.self))
    }

    /// The client id that a token request names, in its form or its `Authorization`.
    static func clientID(of request: ServerRequest) -> String? {
        fields(of: request).first { $0.name == "client_id" }?.value ?? basic(request)?.client
    }

    /// The client assertions that came, good or not: the first ten thousand.
    var assertions: [String] { received.withLock { $0 } }

    func answer(_ request: ServerRequest, tenant: String, version: Version) -> ServerResponse {
        let now = clock.now + TimeInterval(switches.now.entraClockOffset)
        let ids = CorrelationIDs(request)
        var headers = ids.headers + [("Date", UTCText(now).http)]
        guard request.method == "POST" else {
            return ServerResponse(status: 405, headers: headers + [("Allow", "POST, OPTIONS")])
        }
        do throws(EntraFault) {
            let grant = try grant(request, tenant: tenant, version: version, now: now)
            guard !isThrottled(grant.app.appID) else {
                return ServerResponse(
                    status: 429, headers: headers + [("Retry-After", "60"), ("Content-Type", "text/plain")],
                    body: .text("Too Many Requests"))
            }
            headers.append(("x-ms-clitelem", "1,0,0,,"))
            return .json(body(grant, version: version), headers: headers)
        } catch {
            let context = EntraFault.Context(
                now: now, tenantID: directory.tenantID, tenantName: directory.domain)
            headers.append(("x-ms-clitelem", "1,\(error.code),0,,"))
            return .json(
                EntraErrorBody(
                    fault: error, context: context, ids: ids, endsInLines: switches.now.errorsEndInLines
                )
                .json(isMetadata: false),
                status: error.status, headers: headers)
        }
    }

    private struct Grant {
        let app: SimulatedApp
        let audience: String
        let resource: SimulatedResource
        let byCertificate: Bool
        let isChallengeable: Bool
    }

    private func grant(
        _ request: ServerRequest, tenant: String, version: Version, now: Date
    ) throws(EntraFault) -> Grant {
        let pairs = Self.fields(of: request)
        func field(_ name: String) -> String? { pairs.first { $0.name == name && !$0.value.isEmpty }?.value }
        func required(_ name: String) throws(EntraFault) -> String {
            guard let value = field(name) else { throw .missingParameter(name) }
            return value
        }
        let kind = try required("grant_type")
        try directory.check(tenantName: tenant)
        guard kind == "client_credentials" else { throw .unsupportedGrant(kind) }
        let basic = Self.basic(request)
        guard let clientID = field("client_id") ?? basic?.client else { throw .missingParameter("client_id") }
        guard let app = directory.app(clientID), app.visible <= now else {
            throw .unknownApplication(clientID)
        }
        guard app.hasServicePrincipal else { throw .missingServicePrincipal(app: app.appID) }

        let byCertificate = field("client_assertion") != nil
        if let assertion = field("client_assertion") {
            received.withLock { if $0.count < Self.receivedLimit { $0.append(assertion) } }
            _ = try required("client_assertion_type")
            let frontEnds = switches.now.frontEnds
            let check = AssertionCheck(
                app: app, clientID: clientID, tenantID: directory.tenantID,
                tenantNames: [directory.tenantID, directory.domain], now: now,
                skew: TimeInterval(switches.now.entraClockSkew),
                share: Double(Int.random(in: 1...frontEnds)) / Double(frontEnds))
            try check.verify(assertion)
        } else if let secret = field("client_secret") ?? basic?.secret {
            guard let known = app.secrets.first(where: { $0.value == secret }) else {
                throw .wrongSecret(app: app.appID)
            }
            guard now < known.end else { throw .expiredSecret(app: app.appID) }
        } else {
            throw .missingCredential
        }
        let audience = try self.audience(version == .v2 ? required("scope") : required("resource"), version)
        guard let resource = SimulatedResource(audience: audience) else { throw .unknownResource(audience) }
        guard app.isEnabled else { throw .disabledApplication(app.appID, name: app.displayName) }
        guard !app.isBlocked else { throw .blockedByPolicy }
        let capabilities = field("claims").flatMap { JSONValue.parse($0.utf8) }?["access_token"]?["xms_cc"]?[
            "values"]
        return Grant(
            app: app, audience: audience, resource: resource, byCertificate: byCertificate,
            isChallengeable: capabilities?.elements?.contains { $0.text?.lowercased() == "cp1" } ?? false)
    }

    private func audience(_ scope: String, _ version: Version) throws(EntraFault) -> String {
        guard version == .v2 else { return scope }
        let parts = scope.split(separator: " ")
        guard parts.count == 1 else { throw .malformedScope(scope) }
        guard scope.hasSuffix("/.default"), scope.count > 9 else { throw .scopeWithoutDefault(scope) }
        return String(parts[0].dropLast(9))
    }

    private func body(_ grant: Grant, version: Version) -> JSONValue {
        let now = clock.now
        let configured = switches.now.tokenLifetime
        // Without cp1 an hour; with it, up to a day.
        let lifetime =
            grant.isChallengeable ? 86_399 : configured == 0 ? Int.random(in: 3_600...5_400) : configured
        let token = AccessToken(
            appID: grant.app.appID, objectID: grant.app.objectID,
            roles: grant.app.grants.filter { $0.resource == grant.resource }.map(\.role).sorted(),
            audience: grant.audience, start: now - 300, end: now + TimeInterval(lifetime + 1),
            isChallengeable: grant.isChallengeable, made: now)
        let text = JSONValue.string(
            issuer.issue(token, app: grant.app, byCertificate: grant.byCertificate))
        guard version == .v1 else {
            return .members([
                ("token_type", "Bearer"), ("expires_in", .integer(lifetime)),
                ("ext_expires_in", .integer(lifetime)),
                ("refresh_in", lifetime >= 7_200 ? .integer(lifetime / 2) : nil), ("access_token", text),
            ])
        }
        return .members([
            ("token_type", "Bearer"), ("expires_in", .string("\(lifetime)")),
            ("ext_expires_in", .string("\(lifetime)")),
            ("expires_on", .string("\(Int(token.end.timeIntervalSince1970))")),
            ("not_before", .string("\(Int(token.start.timeIntervalSince1970))")),
            ("resource", .string(grant.audience)), ("access_token", text),
        ])
    }

    private func isThrottled(_ app: String) -> Bool {
        let limit = switches.now.tokenRequestsPerMinute
        guard limit > 0 else { return false }
        let now = clock.now
        return recent.withLock { recent in
            var times = recent[app, default: []].filter { now.timeIntervalSince($0) < 60 }
            let isOver = times.count >= limit
            if !isOver { times.append(now) }
            recent[app] = times
            return isOver
        }
    }

    private static func basic(_ request: ServerRequest) -> (client: String, secret: String)? {
        guard let header = request.header("authorization"), header.lowercased().hasPrefix("basic "),
            let bytes = Base64.decode(header.dropFirst(6))
        else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return (
            PercentEncoding.decode(parts[0], plusIsSpace: true),
            PercentEncoding.decode(parts[1], plusIsSpace: true)
        )
    }
}

extension Directory {
    /// - Throws: ``EntraFault`` for a name that does not mean this tenant.
    func check(tenantName: String) throws(EntraFault) {
        let name = tenantName.lowercased()
        if name == tenantID || name == domain { return }
        if ["common", "organizations", "consumers"].contains(name) { throw .noTenant }
        guard GUID.isValid(name) || name.contains(".") else { throw .malformedTenant(tenantName) }
        throw .unknownTenant(tenantName)
    }
}
