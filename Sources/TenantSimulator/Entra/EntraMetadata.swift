internal import FoundationEssentials

/// The directory's discovery documents and published keys.
struct EntraMetadata {
    let directory: Directory
    let clock: SimulatorClock
    let switches: SwitchBoard
    let issuer: TokenIssuer

    /// `/{tenant}[/v2.0]/.well-known/openid-configuration`. `base` is how the client reached us, as
    /// `https://localhost:8443`.
    func configuration(_ request: ServerRequest, tenant: String, isV2: Bool, base: String) -> ServerResponse {
        do throws(EntraFault) {
            let isShared = ["common", "organizations", "consumers"].contains(tenant.lowercased())
            if !isShared { try directory.check(tenantName: tenant) }
            let segment = isShared ? tenant.lowercased() : directory.tenantID
            return .json(
                document(segment: segment, isShared: isShared, isV2: isV2, base: base),
                headers: Self.cached + [date])
        } catch {
            let ids = CorrelationIDs(request)
            let context = EntraFault.Context(
                now: clock.now, tenantID: directory.tenantID, tenantName: directory.domain)
            return .json(
                EntraErrorBody(fault: error, context: context, ids: ids, endsInLines: false)
                    .json(isMetadata: true), status: error.status, headers: ids.headers + [date])
        }
    }

    /// By the token endpoint's own clock, which may be wrong.
    private var date: (name: String, value: String) {
        ("Date", UTCText(clock.now + TimeInterval(switches.now.entraClockOffset)).http)
    }

    private func document(segment: String, isShared: Bool, isV2: Bool, base: String) -> JSONValue {
        let root = "\(base)/\(segment)"
        let flow = isV2 ? "oauth2/v2.0" : "oauth2"
        let issuerSegment = isShared ? "{tenantid}" : segment
        return .members([
            ("token_endpoint", .string("\(root)/\(flow)/token")),
            (
                "token_endpoint_auth_methods_supported",
                ["client_secret_post", "private_key_jwt", "client_secret_basic"]
            ),
            ("jwks_uri", .string("\(root)/discovery/v2.0/keys")),
            ("response_modes_supported", ["query", "fragment", "form_post"]),
            ("subject_types_supported", ["pairwise"]), ("id_token_signing_alg_values_supported", ["RS256"]),
            ("response_types_supported", ["code", "id_token", "code id_token", "id_token token"]),
            ("scopes_supported", ["openid", "profile", "email", "offline_access"]),
            // The host must be ours: libraries compare it with the authority's.
            ("issuer", .string("\(base)/\(issuerSegment)" + (isV2 ? "/v2.0" : "/"))),
            ("request_uri_parameter_supported", false),
            ("userinfo_endpoint", "https://graph.microsoft.com/oidc/userinfo"),
            ("authorization_endpoint", .string("\(root)/\(flow)/authorize")),
            ("device_authorization_endpoint", .string("\(root)/\(flow)/devicecode")),
            ("http_logout_supported", true), ("frontchannel_logout_supported", true),
            ("end_session_endpoint", .string("\(root)/\(flow)/logout")),
            ("claims_supported", ["sub", "iss", "aud", "exp", "iat", "tid", "ver"]),
            ("tenant_region_scope", isShared ? .null : "EU"),
            ("cloud_instance_name", "microsoftonline.com"), ("cloud_graph_host_name", "graph.windows.net"),
            ("msgraph_host", "graph.microsoft.com"), ("rbac_url", "https://pas.windows.net"),
        ])
    }

    /// `/{tenant}/discovery/v2.0/keys`.
    var keys: ServerResponse {
        let key = issuer.key
        return .json(
            [
                "keys": [
                    [
                        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": .string(key.id),
                        "x5t": .string(key.id),
                        "n": .string(Base64.url(key.modulus)), "e": "AQAB",
                        "issuer": .string("https://sts.windows.net/\(directory.tenantID)/"),
                    ]
                ]
            ], headers: Self.cached)
    }

    /// `/common/discovery/instance`.
    func instances(base: String) -> ServerResponse {
        let host = JSONValue.string(String(base.dropFirst("https://".count)))
        return .json(
            [
                "tenant_discovery_endpoint": .string(
                    "\(base)/\(directory.tenantID)/v2.0/.well-known/openid-configuration"),
                "api-version": "1.1",
                "metadata": [["preferred_network": host, "preferred_cache": host, "aliases": [host]]],
            ], headers: Self.cached)
    }

    private static let cached: [(name: String, value: String)] = [
        ("Cache-Control", "max-age=86400, private"), ("Access-Control-Allow-Origin", "*"),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
    ]
}
