package import FoundationEssentials

/// What an access token seems to say, for a person to look at.
///
/// Tokens are opaque to clients: nothing is verified here, nothing may be decided on it, and a token that cannot be
/// read is no error. Source: learn.microsoft.com, "Access tokens in the Microsoft identity platform".
package struct TokenFacts: Sendable, Equatable {
    /// `aud`.
    package let audience: String?
    /// `appid`, or `azp` in a version 2 token.
    package let appID: String?
    package let appDisplayName: String?
    /// `oid`: the service principal, not the app registration.
    package let objectID: String?
    /// `tid`.
    package let tenantID: String?
    /// `idtyp`: `app` for an app-only token.
    package let identityType: String?
    /// Application permissions granted in Entra. Nil where the claim is absent (nothing granted, or granted in
    /// Exchange only); empty where it is there and holds none.
    package let roles: [String]?
    /// `iat`; the service dates it back by five minutes.
    package let issuedAt: Date?
    /// `exp`.
    package let expiresAt: Date?

    /// - Returns: nil where the token is no JWT that can be read.
    package init?(of token: Secret<String>) {
        // Read and thrown away: only the claims above leave.
        let parts = token.reveal().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decode(parts[1]),
            let claims = try? JSONDecoder().decode(Claims.self, from: Data(payload))
        else { return nil }
        audience = claims.aud
        appID = claims.appid ?? claims.azp
        appDisplayName = claims.appDisplayName
        objectID = claims.oid
        tenantID = claims.tid
        identityType = claims.idtyp
        roles = claims.roles
        issuedAt = claims.iat.map { Date(timeIntervalSince1970: $0) }
        expiresAt = claims.exp.map { Date(timeIntervalSince1970: $0) }
    }

    /// Each claim on its own: one of an unexpected type hides itself, not the others.
    private struct Claims: Decodable {
        let aud, appid, azp, appDisplayName, oid, tid, idtyp: String?
        let roles: [String]?
        let iat, exp: Double?

        enum CodingKeys: String, CodingKey {
            case aud, appid, azp, oid, tid, idtyp, roles, iat, exp
            case appDisplayName = "app_displayname"
        }

        init(from decoder: any Decoder) throws {
            let claims = try decoder.container(keyedBy: CodingKeys.self)
            func text(_ key: CodingKeys) -> String? { try? claims.decode(String.self, forKey: key) }
            aud = text(.aud)
            appid = text(.appid)
            azp = text(.azp)
            appDisplayName = text(.appDisplayName)
            oid = text(.oid)
            tid = text(.tid)
            idtyp = text(.idtyp)
            roles = try? claims.decode([String].self, forKey: .roles)
            iat = try? claims.decode(Double.self, forKey: .iat)
            exp = try? claims.decode(Double.self, forKey: .exp)
        }
    }
}
