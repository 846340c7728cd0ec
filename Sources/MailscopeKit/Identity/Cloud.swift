/// Which Microsoft cloud the tenant lives in: where tokens come from, where Graph is, and the scope to ask for.
///
/// The three belong together; a token of one cloud is worth nothing in another. Source: learn.microsoft.com,
/// "Microsoft Graph national cloud deployments".
package struct Cloud: Sendable, Equatable {
    /// As configuration spells it.
    package enum Name: String, Sendable, CaseIterable {
        /// Commercial, and US Government GCC.
        case global
        /// US Government L4 (GCC High).
        case usgov
        /// US Government L5 (DoD).
        case dod
        /// China, operated by 21Vianet.
        case china
        /// Named by its owner: a new sovereign cloud, or a simulated tenant.
        case custom
    }

    package let name: Name
    /// `https://host[:port]`, no slash at the end.
    package let authority: String
    /// `https://host[:port]`, no slash at the end.
    package let graphRoot: String
    /// Everything that the app was granted there.
    package let scope: String

    private init(_ name: Name, authority: String, graphRoot: String, scope: String? = nil) {
        self.name = name
        self.authority = authority
        self.graphRoot = graphRoot
        self.scope = scope ?? graphRoot + "/.default"
    }

    package static let global = Cloud(
        .global, authority: "https://login.microsoftonline.com", graphRoot: "https://graph.microsoft.com")
    package static let usgov = Cloud(
        .usgov, authority: "https://login.microsoftonline.us", graphRoot: "https://graph.microsoft.us")
    package static let dod = Cloud(
        .dod, authority: "https://login.microsoftonline.us", graphRoot: "https://dod-graph.microsoft.us")
    package static let china = Cloud(
        .china, authority: "https://login.chinacloudapi.cn",
        graphRoot: "https://microsoftgraph.chinacloudapi.cn")

    /// A cloud that is none of the four.
    ///
    /// - Parameters:
    ///   - authority: root of the token service, `https://host[:port]`.
    ///   - graphRoot: root of Graph, `https://host[:port]`.
    ///   - scope: where it is not `<graphRoot>/.default`.
    /// - Returns: a cloud with its addresses in one spelling.
    /// - Throws: ``CloudError`` for anything but an https root without user, path, query or fragment.
    package static func custom(
        authority: String, graphRoot: String, scope: String? = nil
    ) throws(CloudError) -> Cloud {
        if let scope, !scope.hasSuffix("/.default") || !scope.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        {
            throw .notADefaultScope(scope)
        }
        return Cloud(
            .custom, authority: try HTTPSRoot.normalize(authority),
            graphRoot: try HTTPSRoot.normalize(graphRoot),
            scope: scope)
    }

    /// The same cloud with Exchange Online itself for a resource, which has permissions of its own. A token for it is
    /// worth nothing to Graph.
    ///
    /// Nil in the national clouds, whose name for it no source was found for; a custom cloud is taken to name it as the
    /// global one does. Source: learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth".
    package var forExchange: Cloud? {
        switch name {
        case .global, .custom:
            Cloud(
                name, authority: authority, graphRoot: graphRoot,
                scope: "https://outlook.office365.com/.default")
        case .usgov, .dod, .china: nil
        }
    }

    /// The four that need no addresses; nil for ``Name/custom``.
    package static func named(_ name: Name) -> Cloud? {
        switch name {
        case .global: global
        case .usgov: usgov
        case .dod: dod
        case .china: china
        case .custom: nil
        }
    }

    /// False where Graph has no `messages/delta`: China.
    package var hasDelta: Bool { name != .china }

    /// Where tokens are asked for, and the assertion's audience.
    package func tokenEndpoint(of registration: AppRegistration) -> String {
        "\(authority)/\(registration.tenant)/oauth2/v2.0/token"
    }
}

/// A cloud's address is unusable.
package enum CloudError: Error, Equatable, CustomStringConvertible {
    /// Not `https://host[:port]`; `reason` says what stands in the way.
    case notARoot(String, reason: String)
    /// Application permissions are asked for by `…/.default` only (AADSTS1002012).
    case notADefaultScope(String)

    package var description: String {
        switch self {
        case .notARoot(let text, let reason): "\"\(text)\" is not the root of a service: \(reason)"
        case .notADefaultScope(let text): "the scope \"\(text)\" does not end in /.default"
        }
    }

    package var hint: String {
        switch self {
        case .notARoot: "write https://host or https://host:port, nothing after it"
        case .notADefaultScope: "use the root of Graph followed by /.default, or leave the key out"
        }
    }
}
