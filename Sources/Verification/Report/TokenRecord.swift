package import FoundationEssentials
import MailscopeKit

/// The facts of a token that was used. Never the token.
package struct TokenRecord: Codable, Sendable, Equatable {
    /// Counts from 1.
    package var number: Int
    package var audience: String?
    package var app: String?
    package var appName: String?
    /// The service principal's object id.
    package var servicePrincipal: String?
    package var tenant: String?
    /// Absent where the token has none: nothing granted in Entra, which proves nothing.
    package var roles: [String]?
    package var issued: Date?
    package var expires: Date?
    /// When it was taken into use.
    package var used: Date
    /// False where the token could not be looked into; tokens are opaque by contract.
    package var isReadable: Bool

    init(number: Int, facts: TokenFacts?, used: Date) {
        self.number = number
        audience = facts?.audience
        app = facts?.appID
        appName = facts?.appDisplayName
        servicePrincipal = facts?.objectID
        tenant = facts?.tenantID
        roles = facts?.roles
        issued = facts?.issuedAt
        expires = facts?.expiresAt
        self.used = used
        isReadable = facts != nil
    }

    /// Whether both are of the same app with the same permissions.
    func saysTheSame(as other: TokenRecord) -> Bool {
        audience == other.audience && app == other.app && servicePrincipal == other.servicePrincipal
            && tenant == other.tenant && isReadable == other.isReadable
            && roles.map(Set.init) == other.roles.map(Set.init)
    }
}
