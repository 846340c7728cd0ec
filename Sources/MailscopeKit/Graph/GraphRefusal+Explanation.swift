extension GraphRefusal {
    /// For a person. The message is looked at here only, where nothing is decided by it: access policies and RBAC share
    /// a code and differ in words.
    static func explanation(
        status: Int, code: String?, message: String
    ) -> (meaning: String, remedy: String) {
        if let known = explanation(ofCode: code?.lowercased() ?? "", message: message) { return known }
        return switch status {
        case 300..<400:
            (
                "the service answered with a redirect, and the token must not travel there",
                "check 'cloud' (and 'graph') in the configuration, and any proxy in between"
            )
        case 400:
            (
                "the service could not make sense of the request",
                "check for a proxy in between; else give the request-id to Microsoft's support"
            )
        case 401:
            (
                "the service does not take the token",
                "check 'cloud', or 'authority' and 'graph', in the configuration: they must name one and the same cloud; let IT see that the app is not disabled"
            )
        case 403: accessDenied(message)
        case 404: ("there is nothing of that name", "check the mailbox and the folder in the configuration")
        case 410: ("the place where the walk stood is forgotten", "run it again; the walk starts anew")
        case 413:
            (
                "the answer would be too large for the service",
                "write 'content: mime', which asks for one message at a time"
            )
        case 429:
            (
                "the service throttles this app in this mailbox",
                "wait; find out what else uses this app id here"
            )
        case 500..<600: ("the service is in trouble", "wait; look at the service health page if it lasts")
        default: ("an answer that Graph does not give", "check for a proxy in between")
        }
    }

    private static func explanation(
        ofCode code: String, message: String
    ) -> (meaning: String, remedy: String)? {
        switch code {
        case "erroraccessdenied": accessDenied(message)
        case "authorization_requestdenied":
            (
                "the app has no permission for this",
                "ask IT to grant it Mail.Read, or the role Application Mail.Read scoped to the mailbox"
            )
        case "errorinvalidlicense": ("it has no valid licence", "let IT give it an Exchange Online licence")
        case "errororganizationaccessblocked":
            ("the organisation is blocked or being removed", "ask its administrator")
        case "errorquotaexceeded":
            ("the mailbox is full, and following changes writes to it", "free space in the mailbox")
        case "insufficient_claims":
            ("conditional access refuses the app", "let IT check the policies for workload identities")
        case "errorinvaliduser", "request_resourcenotfound", "resourcenotfound":
            (
                "nobody has this address or id, or a distribution list has it",
                "check 'mailbox' in the configuration, by its object id at best"
            )
        case "mailboxnotenabledforrestapi":
            (
                "it is inactive, deleted, unlicensed or on premises",
                "let IT check its licence, and that it is in Exchange Online"
            )
        case "restapinotenabledforcomponentsharedmailbox", "errornonexistentmailbox":
            ("something has that name, and is no mailbox that Graph can read", "name another 'mailbox'")
        case "erroritemnotfound":
            ("the message or folder was deleted or is elsewhere", "nothing is to be done")
        case "errorinvalididmalformed":
            ("the service takes no such id; an unknown folder name counts as one", "check the folder's name")
        case "errorinvalidmailboxitemid":
            ("the id belongs to another mailbox", "use a state directory of its own for each mailbox")
        case "inefficientfilter":
            ("the service cannot filter and sort that way", "give the request-id to Microsoft's support")
        case "mailboxinfostale":
            (
                "the service's record of the mailbox is stale; by address this can last",
                "name the mailbox by its object id in the configuration"
            )
        case "errormailboxmoveinprogress": ("the mailbox is being moved", "wait until the move has ended")
        case "syncstatenotfound", "resyncrequired":
            ("the place where the walk stood is forgotten", "run it again; the walk starts anew")
        case "organizationfromtenantguidnotfound":
            ("the tenant does not exist or has no Microsoft 365", "check the tenant id in the configuration")
        default: nil
        }
    }

    private static func accessDenied(_ message: String) -> (meaning: String, remedy: String) {
        if message.contains("[RAOP]") {
            return (
                "an application access policy does not admit it",
                "let IT put the mailbox into the policy's group; a change takes half an hour and more"
            )
        }
        if message.contains("Access to OData is disabled") {
            return (
                "the tenant's EWS and REST access policy, which goes by user agent, or an application access policy refuses",
                "let IT look at EwsApplicationAccessPolicy and at the application access policies"
            )
        }
        return (
            "no role is granted, the role's scope lacks the mailbox, or the change is not yet in effect",
            "let IT grant Mail.Read or assign Application Mail.Read, then see that its scope contains the mailbox; if both hold, wait: changes take up to two hours and more"
        )
    }
}
