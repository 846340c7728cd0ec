import FoundationEssentials

/// Who asks: an application, and the one directory that it asks.
package struct AppRegistration: Sendable, Equatable {
    /// The directory's id, or one of its verified domain names.
    package let tenant: String
    /// The application (client) id.
    package let clientID: String

    /// - Throws: ``AppRegistrationError`` for a tenant that is neither an id nor a domain, and a client id that is
    ///   no id. Names that stand for many directories (`common`) cannot give an app-only token.
    package init(tenant: String, clientID: String) throws(AppRegistrationError) {
        if ["common", "organizations", "consumers"].contains(tenant.lowercased()) {
            throw .manyTenants(tenant)
        }
        guard UUID(uuidString: tenant) != nil || (tenant.contains(".") && DNSName.isValid(tenant)) else {
            throw .notATenant(tenant)
        }
        guard UUID(uuidString: clientID) != nil else { throw .notAClientID(clientID) }
        self.tenant = tenant
        self.clientID = clientID
    }
}

/// The registration in the configuration cannot be one.
package enum AppRegistrationError: Error, Equatable, CustomStringConvertible {
    /// `common`, `organizations`, `consumers`.
    case manyTenants(String)
    /// Neither an id nor a domain name.
    case notATenant(String)
    /// No id.
    case notAClientID(String)

    package var description: String {
        switch self {
        case .manyTenants(let text): "the tenant \"\(text)\" stands for many directories"
        case .notATenant(let text): "the tenant \"\(text)\" is neither a directory id nor a domain name"
        case .notAClientID(let text): "the client id \"\(text)\" is not an application id"
        }
    }

    package var hint: String {
        switch self {
        case .manyTenants, .notATenant:
            "set tenant to the Directory (tenant) ID of the app's Overview page, or to a verified domain"
        case .notAClientID: "set client-id to the Application (client) ID of the app's Overview page"
        }
    }
}
