internal import FoundationEssentials

/// Why the token endpoint gives no token. The texts are the service's own.
///
/// Where a code's `error` or the order of checks is not documented, the sheet on Entra marks it as inference.
enum EntraFault: Error, Equatable {
    case missingParameter(String)
    case unsupportedGrant(String)
    case unknownTenant(String)
    case malformedTenant(String)
    case noTenant
    case unknownApplication(String)
    case disabledApplication(String, name: String)
    case missingServicePrincipal(app: String)
    case blockedByPolicy
    case missingCredential
    case wrongSecret(app: String)
    case expiredSecret(app: String)
    case malformedAssertion
    case noThumbprint
    case wrongAlgorithm(String)
    case severalAudiences(Int)
    case wrongAudience
    case missingClaim(String)
    case wrongIssuer
    case wrongSubject
    case outsideTime(from: Date, until: Date)
    case weakKey
    case unknownKey(thumbprint: String, app: String)
    case expiredKey(thumbprint: String, app: String, start: Date, end: Date)
    case wrongSignature(thumbprint: String, app: String, start: Date, end: Date)
    case scopeWithoutDefault(String)
    case malformedScope(String)
    case unknownResource(String)

    var code: Int {
        switch self {
        case .missingParameter: 900_144
        case .unsupportedGrant: 70_003
        case .unknownTenant: 90_002
        case .malformedTenant: 900_023
        case .noTenant: 50_059
        case .unknownApplication: 700_016
        case .disabledApplication: 7_000_112
        case .missingServicePrincipal: 7_000_229
        case .blockedByPolicy: 53_003
        case .missingCredential: 7_000_216
        case .wrongSecret: 7_000_215
        case .expiredSecret: 7_000_222
        case .malformedAssertion: 50_027
        case .noThumbprint: 5_002_723
        case .wrongAlgorithm: 5_002_738
        case .severalAudiences: 5_002_741
        case .wrongAudience: 700_023
        case .missingClaim: 90_014
        case .wrongIssuer: 700_021
        case .wrongSubject: 50_048
        case .outsideTime: 700_024
        case .weakKey: 50_032
        case .unknownKey, .expiredKey, .wrongSignature: 700_027
        case .scopeWithoutDefault: 1_002_012
        case .malformedScope: 70_011
        case .unknownResource: 500_011
        }
    }

    /// The `error` of RFC 6749 §5.2.
    var error: String {
        switch self {
        case .missingParameter, .unknownTenant, .malformedTenant, .noTenant, .malformedAssertion,
            .missingClaim:
            "invalid_request"
        case .unsupportedGrant: "unsupported_grant_type"
        case .unknownApplication, .disabledApplication: "unauthorized_client"
        case .blockedByPolicy: "invalid_grant"
        case .scopeWithoutDefault, .malformedScope: "invalid_scope"
        case .unknownResource: "invalid_resource"
        default: "invalid_client"
        }
    }

    /// `invalid_client` is 401, every other error 400.
    var status: Int { error == "invalid_client" ? 401 : 400 }

    /// The description, without its tail of ids and time.
    func text(_ context: Context) -> String {
        switch self {
        case .missingParameter(let name):
            "The request body must contain the following parameter: '\(name)'."
        case .unsupportedGrant(let grant): "The app requested an unsupported grant type '\(grant)'."
        case .unknownTenant(let tenant):
            "Tenant '\(tenant)' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
        case .malformedTenant(let tenant):
            "Specified tenant identifier '\(tenant)' is neither a valid DNS name, nor a valid external domain."
        case .noTenant:
            "No tenant-identifying information found in either the request or implied by any provided credentials."
        case .unknownApplication(let app):
            "Application with identifier '\(app)' was not found in the directory '\(context.tenantName)'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        case .disabledApplication(let app, let name): "Application '\(app)'(\(name)) is disabled."
        case .missingServicePrincipal(let app):
            "The client application \(app) is missing service principal in the tenant \(context.tenantID). See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119"
        case .blockedByPolicy:
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
        case .missingCredential:
            "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
        case .wrongSecret(let app):
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '\(app)'."
        case .expiredSecret(let app):
            "The provided client secret keys for app '\(app)' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
        case .malformedAssertion: "JWT token is invalid or malformed."
        case .noThumbprint:
            "Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header."
        case .wrongAlgorithm(let algorithm):
            "Invalid JWT token. Unsupported signing algorithm '\(algorithm)'. Supported signing algorithms are: 'RS256, RS384, RS512, PS256, PS384, PS512'"
        case .severalAudiences(let count):
            "Invalid JWT token. Number of audience values in the token exceeds the limit: \(count) provided, maximum allowed is 1."
        case .wrongAudience: "Client assertion audience claim does not match Realm issuer."
        case .missingClaim(let name):
            "The required field '\(name)' is missing from the credential. Ensure that you have all the necessary parameters for the login request."
        case .wrongIssuer: "Client assertion application identifier doesn't match 'client_id' parameter."
        case .wrongSubject: "Subject must match Issuer claim in the client assertion."
        case .outsideTime(let from, let until):
            "Client assertion is not within its valid time range. Current time: \(UTCText(context.now).precise), assertion valid from \(UTCText(from).precise), expiry time of assertion \(UTCText(until).precise). Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials ."
        case .weakKey:
            "A weak RSA key was used to sign the client assertion. Use a key of at least 2048 bits."
        case .unknownKey(let thumbprint, let app):
            "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '\(thumbprint)', \(Self.visit(app))"
        case .expiredKey(let thumbprint, let app, let start, let end):
            "The certificate with identifier used to sign the client assertion is expired on application. [Reason - The key used is expired., Thumbprint of key used by client: '\(thumbprint)', Found key '\(Self.window(start, end))', \(Self.visit(app))"
        case .wrongSignature(let thumbprint, let app, let start, let end):
            "Client assertion contains an invalid signature. [Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: '\(thumbprint)', Found key '\(Self.window(start, end))', \(Self.visit(app))"
        case .scopeWithoutDefault(let scope):
            "The provided value for scope \(scope) is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        case .malformedScope(let scope):
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope \(scope) is not valid."
        case .unknownResource(let resource):
            "The resource principal named \(resource) was not found in the tenant named \(context.tenantName). This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
        }
    }

    /// What texts say beside the fault itself.
    struct Context {
        /// The token endpoint's time.
        let now: Date
        let tenantID: String
        /// The tenant as people know it.
        let tenantName: String
    }

    private static func window(_ start: Date, _ end: Date) -> String {
        "Start=\(UTCText(start).american), End=\(UTCText(end).american)"
    }

    private static func visit(_ app: String) -> String {
        "Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '\(app)'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/\(app)']."
    }
}
