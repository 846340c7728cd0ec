/// A request on one mailbox.
struct MailboxCall {
    let call: GraphAPI.Call
    let mailbox: SimulatedMailbox
    /// The mailbox as the client named it: contexts and links repeat it.
    let key: String

    var request: GraphRequest { call.request }
    var switches: GraphSwitches { call.switches }

    /// Whether one of these permissions opens the mailbox.
    ///
    /// - Throws: 403 as the reason has it, or what an unusable mailbox answers.
    func demand(_ permissions: [String]) throws(GraphError) {
        if switches.namesUnknownMailboxFirst { try demandUsable() }
        guard let refusal = refusal(permissions) else {
            if !switches.namesUnknownMailboxFirst { try demandUsable() }
            return
        }
        throw refusal
    }

    /// Mail.Read or more. Source: §1.8.
    var readsAll: Bool { refusal(Self.reading) == nil }

    static let reading = ["Mail.Read", "Mail.ReadWrite"]
    static let basic = reading + ["Mail.ReadBasic.All", "Mail.ReadBasic"]

    private func refusal(_ permissions: [String]) -> GraphError? {
        var isPolicy = false
        for permission in permissions {
            switch call.caller.access(mailbox, permission) {
            case .allowed: return nil
            case .deniedByPolicy: isPolicy = true
            case .denied: break
            }
        }
        return isPolicy ? .policy : .denied
    }

    /// Source: §7.4, §7.5.
    private func demandUsable() throws(GraphError) {
        switch mailbox.state {
        case .active: break
        case .noLicence, .softDeleted, .onPremises:
            throw GraphError(
                status: 404, code: "MailboxNotEnabledForRESTAPI",
                message: "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
        case .moving:
            throw GraphError(
                status: 503, code: "ErrorMailboxMoveInProgress",
                message: "Mailbox move in progress. Cross Server access is not allowed.")
        }
        if switches.staleMailboxes.contains(mailbox.objectID), key.lowercased() != mailbox.objectID {
            throw GraphError(
                status: 503, code: "MailboxInfoStale", message: "Mailbox info is stale.")
        }
    }

    /// What `@odata.context` says behind `$metadata#`.
    func context(_ rest: String) -> String {
        "\(request.base)/v1.0/$metadata#users('\(PercentText.encode(key))')/\(rest)"
    }

    /// A link to a resource of this mailbox.
    func link(_ rest: String, _ query: [Substring]) -> String {
        "\(request.base)/v1.0/users/\(PercentText.encode(key))/\(rest)"
            + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }
}
