import CommandTree
import FoundationEssentials
import MailscopeKit

/// `mailscope token`: whether the tenant knows the app, and what it may do.
enum TokenCommand {
    private static let raw: Option<Bool> = .flag(
        "raw", help: "print the token itself and nothing else; whoever has it can read the mailbox")

    static let command = Command(
        "token", "gets a token and shows what it says",
        discussion: """
            Proves that tenant, app, key and certificate fit together. The token itself is shown with --raw only. \
            'roles' are the permissions granted in Entra; an app whose access is granted in Exchange only has none.
            """,
        options: [Options.json, raw],
        examples: [
            Example("mailscope token", "shows the token's facts"),
            Example("mailscope token --json | jq -r '.roles[]'", "lists the app's permissions"),
            Example("mailscope token --raw >token", "keeps the token, for a request by hand"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration, .identityRefused, .interrupted)
    ) { arguments in
        if arguments[raw], arguments[Options.json] {
            throw Failure(.usage, "--raw and --json cannot both be given", hints: ["choose one of the two"])
        }
        let world = try World(arguments)
        let token = try await Interruption.run {
            let log = world.log()
            let identity = try world.identityForTokens()
            world.tell(identity, log)
            return try await world.tokens(identity, transport: try world.transport(log: log), log: log) {
                if case .refused(let error) = $0 {
                    log.notice(
                        "the directory does not take the next certificate yet, the current one is used",
                        [LogField("reason", error)])
                }
            }.token()
        }
        guard let token else { throw Failure(.interrupted, "interrupted") }
        if arguments[raw] {
            // The one place outside the adapters: the owner has asked for it by name.
            try world.console.answer(token.reveal())
        } else {
            let report = TokenReport(TokenFacts(of: token))
            if arguments[Options.json] {
                try world.console.answer(json: report)
            } else {
                try world.console.answer(report.text)
            }
        }
        return ExitCode.done.rawValue
    }
}

/// The answer of `token`: what the token says, for a person to look at.
private struct TokenReport: Encodable {
    let audience: String?
    let tenant: String?
    let app: String?
    let appName: String?
    let servicePrincipal: String?
    let type: String?
    let roles: [String]?
    let issued: Date?
    let expires: Date?

    init(_ facts: TokenFacts?) {
        audience = facts?.audience
        tenant = facts?.tenantID
        app = facts?.appID
        appName = facts?.appDisplayName
        servicePrincipal = facts?.objectID
        type = facts?.identityType
        roles = facts?.roles
        issued = facts?.issuedAt
        expires = facts?.expiresAt
    }

    var text: String {
        guard audience != nil || expires != nil else {
            return "the tenant gave a token; it is of a form that cannot be looked into"
        }
        let roles = self.roles ?? []
        return Table.facts([
            ("for", audience), ("tenant", tenant), ("app", app), ("name", appName),
            ("service principal", servicePrincipal), ("type", type),
            ("roles", roles.isEmpty ? "none granted in Entra" : roles.joined(separator: ", ")),
            ("issued", issued.map(UTCMoment.text)), ("expires", expires.map(UTCMoment.text)),
        ])
    }
}
