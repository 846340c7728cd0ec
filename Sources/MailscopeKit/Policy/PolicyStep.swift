/// One step of a plan. The steps are taken in order, and none before the one above it is done.
package struct PolicyStep: Sendable, Equatable {
    /// What is done.
    package enum Action: Sendable, Equatable {
        /// A cmdlet of Exchange Online PowerShell that changes something.
        case exchange(PolicyCmdlet)
        /// The directory grants the app this permission of Microsoft Graph, which is the administrator's consent.
        case grant(PolicyPermission)
        /// The directory takes it back.
        case revoke(PolicyPermission)
        /// Tokens that were handed out before may still carry what was taken back: so many minutes must pass.
        case waitForTokens(minutes: Int)
        /// Every access policy of this client id goes; Exchange alone knows what it called them.
        case retirePolicies(clientID: String)
    }

    package let action: Action
    /// Why, for a person; a sentence without its full stop.
    package let reason: String

    package init(_ action: Action, _ reason: String) {
        self.action = action
        self.reason = reason
    }
}
