/// How Exchange is told which mailboxes an app may read.
package enum PolicyMethod: String, Sendable, CaseIterable {
    /// Narrows a permission that the directory grants. Microsoft calls it legacy; it works.
    case applicationAccessPolicy = "application-access-policy"
    /// RBAC for Applications: Exchange grants, within a scope, and the directory grants nothing.
    case rbac
}
