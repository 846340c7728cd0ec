/// What an app may do with mail that it only reads.
package enum PolicyPermission: String, Sendable, CaseIterable {
    /// Whole messages.
    case mailRead = "Mail.Read"
    /// Messages without body, preview and attachments.
    case mailReadBasic = "Mail.ReadBasic"

    /// The id of the app role of Microsoft Graph. Source: Microsoft Graph permissions reference.
    package var appRoleID: String {
        switch self {
        case .mailRead: "810c84a8-4a9e-49e6-bf7d-12d183f40d01"
        case .mailReadBasic: "6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a"
        }
    }

    /// The role of Exchange's RBAC for Applications.
    package var exchangeRole: String { "Application " + rawValue }
}
