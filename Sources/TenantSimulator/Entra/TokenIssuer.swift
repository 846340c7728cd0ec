internal import FoundationEssentials
import Synchronization

/// What a token says, to services.
struct AccessToken: Sendable {
    let appID: String
    let objectID: String
    let roles: [String]
    let audience: String
    let start: Date
    let end: Date
    /// Whether the client said that it can answer claims challenges (`cp1`).
    let isChallengeable: Bool
    /// When it was really made; `iat` is five minutes before that.
    let made: Date
}

/// Why a service does not take a token.
enum TokenRefusal: Error, Equatable {
    case unreadable
    /// A JSON web token, but not one of ours.
    case foreign
    case expired
    case wrongAudience
}

/// Makes the directory's tokens and knows them again.
final class TokenIssuer: Sendable {
    private let tenantID: String
    private let state: Mutex<State>

    private struct State {
        var key: TokenKey?
        var known: [String: AccessToken] = [:]
    }

    /// An issuer that signs with `key`, or with one of its own.
    init(tenantID: String, key: TokenKey?) {
        self.tenantID = tenantID
        state = Mutex(State(key: key))
    }

    /// The signing key; making it takes a moment, so it is made when first asked for.
    var key: TokenKey {
        state.withLock { state in
            if let key = state.key { return key }
            let key = TokenKey()
            state.key = key
            return key
        }
    }

    /// The texts of tokens that were issued and are still known, in no order.
    var issued: [String] { state.withLock { Array($0.known.keys) } }

    /// A token of version 1, as Graph and Exchange order them.
    ///
    /// Not like the real one: the signature can be verified with the published keys.
    func issue(_ token: AccessToken, app: SimulatedApp, byCertificate: Bool) -> String {
        let issuer = "https://sts.windows.net/\(tenantID)/"
        var random = SystemRandomNumberGenerator()
        func opaque(_ count: Int) -> String {
            Base64.url((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
        let header = JSONValue.members([
            ("typ", "JWT"), ("nonce", .string(opaque(32))), ("alg", "RS256"), ("x5t", .string(key.id)),
            ("kid", .string(key.id)),
        ])
        let start = JSONValue.integer(Int(token.start.timeIntervalSince1970))
        let claims = JSONValue.members([
            ("aud", .string(token.audience)), ("iss", .string(issuer)), ("iat", start), ("nbf", start),
            ("exp", .integer(Int(token.end.timeIntervalSince1970))), ("aio", .string(opaque(30))),
            ("app_displayname", .string(app.displayName)), ("appid", .string(app.appID)),
            ("appidacr", byCertificate ? "2" : "1"), ("idp", .string(issuer)), ("idtyp", "app"),
            ("oid", .string(app.objectID)), ("rh", .string("1.A" + opaque(24))),
            ("roles", token.roles.isEmpty ? nil : .array(token.roles.map { .string($0) })),
            ("sub", .string(app.objectID)), ("tenant_region_scope", "EU"), ("tid", .string(tenantID)),
            ("uti", .string(opaque(16))), ("ver", "1.0"),
            ("wids", ["0997a1d0-0d1d-4acb-b408-d5ca73121e90"]),
            ("xms_cc", token.isChallengeable ? ["cp1"] : nil), ("xms_tcdt", 1_577_836_800),
        ])
        let signed = Base64.url(header.bytes) + "." + Base64.url(claims.bytes)
        let text = signed + "." + Base64.url(key.sign(Array(signed.utf8)))
        state.withLock { state in
            // Tokens that fell out are read again.
            if state.known.count >= 10_000 { state.known.removeAll() }
            state.known[text] = token
        }
        return text
    }

    /// - Throws: ``TokenRefusal`` where the text is no token of ours for `resource`, or its time is over.
    func read(_ text: String, for resource: SimulatedResource, at now: Date) throws(TokenRefusal)
        -> AccessToken
    {
        let token: AccessToken
        if let known = state.withLock({ $0.known[text] }) { token = known } else { token = try decode(text) }
        let audience = SimulatedResource(audience: token.audience)
        guard audience == resource else { throw .wrongAudience }
        guard (token.start..<token.end).contains(now) else { throw .expired }
        return token
    }

    private func decode(_ text: String) throws(TokenRefusal) -> AccessToken {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64.decode(parts[0]), let body = Base64.decode(parts[1]),
            let signature = Base64.decode(parts[2]), JSONValue.parse(head)?.members != nil,
            let claims = JSONValue.parse(body), claims.members != nil
        else { throw .unreadable }
        guard key.verifies(signature, over: Array("\(parts[0]).\(parts[1])".utf8)),
            let app = claims["appid"]?.text, let object = claims["oid"]?.text,
            let audience = claims["aud"]?.text, let start = claims["nbf"]?.real, let end = claims["exp"]?.real
        else { throw .foreign }
        let token = AccessToken(
            appID: app, objectID: object, roles: claims["roles"]?.elements?.compactMap(\.text) ?? [],
            audience: audience, start: Date(timeIntervalSince1970: start),
            end: Date(timeIntervalSince1970: end), isChallengeable: claims["xms_cc"] != nil,
            made: Date(timeIntervalSince1970: start + 300))
        state.withLock { $0.known[text] = token }
        return token
    }
}

extension SimulatedResource {
    /// The service of that application id or address; every national cloud's Graph is Graph.
    init?(audience: String) {
        var name = audience.lowercased()
        while name.hasSuffix("/") { name.removeLast() }
        switch name {
        case SimulatedResource.exchange.appID, "https://outlook.office365.com", "https://outlook.office.com",
            "https://ps.outlook.com":
            self = .exchange
        case SimulatedResource.graph.appID, "https://graph.microsoft.com", "https://graph.microsoft.us",
            "https://dod-graph.microsoft.us", "https://microsoftgraph.chinacloudapi.cn":
            self = .graph
        default:
            // A client that was told the simulator's own address of Graph asks for it by that.
            let host = name.hasPrefix("https://") ? name.dropFirst(8).prefix { $0 != ":" && $0 != "/" } : ""
            guard ["localhost", "127.0.0.1"].contains(host) else { return nil }
            self = .graph
        }
    }
}
