import MailscopeKit

/// A configuration in force, or about to be, and what was made ready for it.
struct Generation: Sendable {
    let world: World
    let log: Log
    let preparation: Preparation

    /// Reads all that a change of files may have changed.
    ///
    /// - Throws: what is wrong with it: the running one can go on.
    init(succeeding old: Configuration, _ read: () throws -> World) throws {
        world = try read()
        let complaints = Self.obstacles(from: old, to: world.configuration)
        if !complaints.isEmpty { throw Failure(.configuration, complaints) }
        let missing = PathCheck.complaints(about: world.configuration)
        if !missing.isEmpty { throw Failure(.failed, missing) }
        log = world.log()
        preparation = try world.preparation(log: log)
        // At a start one good pair is enough; here a working pair must not be given up for a broken one.
        let troubles = preparation.identity.troubles
        if !troubles.isEmpty { throw Failure(.configuration, troubles) }
    }

    init(world: World, log: Log, preparation: Preparation) {
        self.world = world
        self.log = log
        self.preparation = preparation
    }

    /// The ledger belongs to one app in one mailbox, and stays open.
    private static func obstacles(
        from old: Configuration, to new: Configuration
    ) -> [Failure.Complaint] {
        let ownsLedger: Set = ["mailbox", "tenant", "client-id"]
        let pairs = [
            ("state", old.state, new.state), ("mailbox", old.mailbox, new.mailbox),
            // These, too, say which mailbox it is.
            ("mailbox-object-id", old.mailboxObjectID ?? "none", new.mailboxObjectID ?? "none"),
            ("graph", old.cloud.graphRoot, new.cloud.graphRoot),
            ("tenant", old.registration.tenant, new.registration.tenant),
            ("client-id", old.registration.clientID, new.registration.clientID),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { key, old, new in
            Failure.Complaint(
                message: "'\(key)' cannot change while the daemon runs, from \(old) to \(new)",
                hints: [
                    ownsLedger.contains(key)
                        ? "a ledger belongs to one app in one mailbox: give this one a 'state' of its own, then restart the daemon"
                        : "restart the daemon: systemctl restart mailscope"
                ])
        }
    }
}
