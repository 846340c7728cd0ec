package import FoundationEssentials

/// A service whose permissions apps can be granted.
package enum SimulatedResource: String, Sendable, CaseIterable {
    case graph = "https://graph.microsoft.com"
    case exchange = "https://outlook.office365.com"

    /// The application id of the service.
    package var appID: String {
        switch self {
        case .graph: "00000003-0000-0000-c000-000000000000"
        case .exchange: "00000002-0000-0ff1-ce00-000000000000"
        }
    }
}

/// A permission that an administrator consented to.
package struct AppGrant: Sendable, Hashable {
    package let resource: SimulatedResource
    /// As `Mail.Read`.
    package let role: String

    package init(_ role: String, on resource: SimulatedResource = .graph) {
        self.resource = resource
        self.role = role
    }
}

/// A password of an app. Only for clients that are not ours.
package struct AppSecret: Sendable {
    package let value: String
    package let end: Date
}

/// An app registration and its service principal.
package struct SimulatedApp: Sendable {
    /// The application (client) id, a GUID in lower case.
    package let appID: String
    /// The object id of the registration: what people give to Exchange by mistake.
    package let registrationID: String
    /// The object id of the service principal, the `oid` of its tokens.
    package let objectID: String
    package var displayName: String
    package var isEnabled = true
    /// False: registered, but never installed in the tenant.
    package var hasServicePrincipal = true
    /// A Conditional Access policy for workload identities stands in the way.
    package var isBlocked = false
    package var certificates: [RegisteredCertificate] = []
    package var secrets: [AppSecret] = []
    package var grants: Set<AppGrant> = []
    /// When the app's creation has reached the token endpoint and Exchange.
    package var visible = Date.distantPast

    package init(appID: String, registrationID: String, objectID: String, displayName: String) {
        self.appID = appID.lowercased()
        self.registrationID = registrationID.lowercased()
        self.objectID = objectID.lowercased()
        self.displayName = displayName
    }
}
