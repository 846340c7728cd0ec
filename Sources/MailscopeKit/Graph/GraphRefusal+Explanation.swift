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
                "check graph root and cloud in the configuration, and any proxy in between"
            )
        case 400: ("the service could not make sense of the request", "report it with the request-id")
        case 401:
            (
                "the service does not take the token",
                "check that cloud, Graph root and scope belong together, and that the app is not disabled"
            )
        case 403: accessDenied(message)
        case 404: ("there is nothing of that name", "check the mailbox and the folder in the configuration")
        case 410: ("the place where the walk stood is forgotten", "start it anew")
        case 413: ("the answer would be too large for the service", "ask for fewer messages at once")
        case 429:
            ("the service throttles this app in this mailbox", "wait; find who else uses this app id here")
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
                "grant it Mail.Read, or assign it the role Application Mail.Read scoped to the mailbox"
            )
        case "errorinvalidlicense": ("the mailbox has no valid licence", "give it an Exchange Online licence")
        case "errororganizationaccessblocked":
            ("the organisation is blocked or being removed", "ask its administrator")
        case "errorquotaexceeded":
            ("the mailbox is full, and following changes writes to it", "free space in the mailbox")
        case "insufficient_claims":
            ("conditional access refuses the app", "let IT check the policies for workload identities")
        case "errorinvaliduser", "request_resourcenotfound", "resourcenotfound":
            (
                "no mailbox has this address or id; a distribution list has none either",
                "check the mailbox in the configuration, by its object id at best"
            )
        case "mailboxnotenabledforrestapi":
            (
                "the mailbox is inactive, deleted, unlicensed or on premises",
                "check its licence, and that it is in Exchange Online"
            )
        case "restapinotenabledforcomponentsharedmailbox", "errornonexistentmailbox":
            ("there is an object of that name but no mailbox that Graph can read", "name another mailbox")
        case "erroritemnotfound":
            ("the message or folder was deleted or is elsewhere", "nothing is to be done")
        case "errorinvalididmalformed":
            ("the service takes no such id; an unknown folder name counts as one", "check the folder's name")
        case "errorinvalidmailboxitemid":
            ("the id belongs to another mailbox", "use a state directory of its own for each mailbox")
        case "inefficientfilter":
            ("the service cannot filter and sort that way", "report it with the request-id")
        case "mailboxinfostale":
            (
                "the service's record of the mailbox is stale; by address this can last",
                "name the mailbox by its object id in the configuration"
            )
        case "errormailboxmoveinprogress": ("the mailbox is being moved", "wait until the move has ended")
        case "syncstatenotfound", "resyncrequired":
            ("the place where the walk stood is forgotten", "start it anew")
        case "organizationfromtenantguidnotfound":
            ("the tenant does not exist or has no Microsoft 365", "check the tenant id in the configuration")
        default: nil
        }
    }

    private static func accessDenied(_ message: String) -> (meaning: String, remedy: String) {
        if message.contains("[RAOP]") {
            return (
                "an application access policy closes this mailbox to the app",
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
            "the app may not read this mailbox: no permission, out of its scope, or not yet in effect",
            "let IT check the role assignment and its scope; a change takes minutes to two hours and more"
        )
    }
}
