internal import FoundationEssentials
import Synchronization

/// Apps and mailboxes of the tenant. Changes are seen at once by administrators; what the services see of them is said
/// by each object's own `visible`.
package final class Directory: Sendable {
    /// A GUID in lower case.
    package let tenantID: String
    /// The initial domain, as `contoso.test`.
    package let domain: String
    private let state = Mutex(State())

    private struct State {
        var apps: [String: SimulatedApp] = [:]
        var mailboxes: [String: SimulatedMailbox] = [:]
        var order: [String] = []
        var names: [String: String] = [:]

        mutating func index(_ mailbox: SimulatedMailbox, as objectID: String?) {
            for name in mailbox.addresses + [mailbox.userPrincipalName, mailbox.objectID] {
                names[name.lowercased()] = objectID
            }
        }
    }

    package init(tenantID: String, domain: String) {
        self.tenantID = tenantID.lowercased()
        self.domain = domain.lowercased()
    }

    /// All apps, by client id.
    package var apps: [SimulatedApp] { state.withLock { $0.apps.values.sorted { $0.appID < $1.appID } } }

    /// All mailboxes, in the order in which they came.
    package var mailboxes: [SimulatedMailbox] {
        state.withLock { s in s.order.compactMap { s.mailboxes[$0] } }
    }

    /// The app with this client id.
    package func app(_ appID: String) -> SimulatedApp? { state.withLock { $0.apps[appID.lowercased()] } }

    /// The app whose service principal this is.
    package func app(objectID: String) -> SimulatedApp? {
        state.withLock { s in s.apps.values.first { $0.objectID == objectID.lowercased() } }
    }

    /// The mailbox with this object id, user principal name or address, in any case.
    package func mailbox(_ name: String) -> SimulatedMailbox? {
        state.withLock { s in s.names[name.lowercased()].flatMap { s.mailboxes[$0] } }
    }

    /// Adds an app, or replaces the one with its client id.
    package func add(_ app: SimulatedApp) { state.withLock { $0.apps[app.appID] = app } }

    /// Changes an app.
    ///
    /// - Returns: the changed app; nil where there is none.
    @discardableResult
    package func changeApp(_ appID: String, _ change: (inout SimulatedApp) -> Void) -> SimulatedApp? {
        state.withLock { s in
            guard var app = s.apps[appID.lowercased()] else { return nil }
            change(&app)
            s.apps[app.appID] = app
            return app
        }
    }

    /// - Returns: the app that was there.
    @discardableResult
    package func removeApp(_ appID: String) -> SimulatedApp? {
        state.withLock { $0.apps.removeValue(forKey: appID.lowercased()) }
    }

    /// Adds a mailbox, or replaces the one with its object id.
    package func add(_ mailbox: SimulatedMailbox) {
        state.withLock { s in
            if let old = s.mailboxes.updateValue(mailbox, forKey: mailbox.objectID) {
                s.index(old, as: nil)
            } else {
                s.order.append(mailbox.objectID)
            }
            s.index(mailbox, as: mailbox.objectID)
        }
    }
}
