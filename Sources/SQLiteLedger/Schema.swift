internal import MailscopeKit

/// The tables of a ledger, step by step: step n takes a file of version n to version n + 1.
struct Schema {
    let steps: [String]

    /// Today's. A step that was released never changes; what comes later is a step of its own.
    static let current = Schema(steps: [
        // `messages.state`: 0 offered, 1 delivered, 2 deferred, 3 quarantined, 4 gone, 5 skipped.
        // `offered` is 1 from the first offer until nothing more will happen to it. `tallies` spares `status` a walk over a million rows.
        """
        CREATE TABLE facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE cursor (
            only INTEGER PRIMARY KEY CHECK (only = 1), received TEXT, backfilled INTEGER NOT NULL,
            reconciled REAL, floor TEXT, origin TEXT);
        CREATE TABLE messages (
            id TEXT NOT NULL PRIMARY KEY, received TEXT, state INTEGER NOT NULL, offered INTEGER NOT NULL,
            tries INTEGER NOT NULL, moment REAL, reason TEXT) WITHOUT ROWID;
        CREATE INDEX messages_deferred ON messages (moment) WHERE state = 2;
        CREATE INDEX messages_quarantined ON messages (moment) WHERE state = 3;
        CREATE INDEX messages_skipped ON messages (state) WHERE state = 5;
        CREATE TABLE acknowledgements (
            id TEXT NOT NULL, sink TEXT NOT NULL, PRIMARY KEY (id, sink)) WITHOUT ROWID;
        CREATE TABLE bookings (time REAL NOT NULL, count INTEGER NOT NULL);
        CREATE INDEX bookings_time ON bookings (time);
        CREATE TABLE tallies (state INTEGER PRIMARY KEY, count INTEGER NOT NULL);
        INSERT INTO tallies VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0);
        CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
            UPDATE tallies SET count = count + 1 WHERE state = new.state;
        END;
        CREATE TRIGGER messages_changed AFTER UPDATE OF state ON messages WHEN old.state <> new.state BEGIN
            UPDATE tallies SET count = count - 1 WHERE state = old.state;
            UPDATE tallies SET count = count + 1 WHERE state = new.state;
        END;
        CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
            UPDATE tallies SET count = count - 1 WHERE state = old.state;
        END;
        """
    ])

    /// Marks a file as ours (`mail` in ASCII), for us and for `file`(1).
    static let applicationID = 0x6D61_696C

    /// Every ledger has these, since the first step.
    private static let tables = ["facts", "cursor", "messages", "acknowledgements", "bookings", "tallies"]

    /// Makes the tables in a new file, which nobody else knows.
    func build(_ connection: Connection) throws(LedgerError) { try apply(steps[...], to: connection) }

    /// Brings older tables up to date, in one transaction.
    ///
    /// - Throws: as ``version(of:)``.
    func migrate(_ connection: Connection) throws(LedgerError) {
        guard try version(of: connection) != steps.count else { return }
        try apply(steps.dropFirst(try version(of: connection)), to: connection)
    }

    private func apply(_ steps: ArraySlice<String>, to connection: Connection) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            for step in steps { try connection.script(step) }
            try connection.script(
                "PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = \(self.steps.count)")
        }
    }

    /// The version of a ledger, from 1.
    ///
    /// - Throws: ``LedgerError/newer(path:version:)``; ``LedgerError/corrupt(path:detail:)`` where it is no ledger, or
    ///   one that lost its tables.
    func version(of connection: Connection) throws(LedgerError) -> Int {
        let version = try connection.number("PRAGMA user_version") ?? 0
        let application = try connection.number("PRAGMA application_id") ?? 0
        let objects = try connection.number("SELECT count(*) FROM sqlite_schema") ?? 0
        guard application == Schema.applicationID || (application == 0 && objects == 0) else {
            throw .corrupt(path: connection.path, detail: "it is a database of another program")
        }
        guard version <= steps.count else { throw .newer(path: connection.path, version: version) }
        let names = Schema.tables.map { "'\($0)'" }.joined(separator: ", ")
        let tables = try connection.number(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN (\(names))")
        guard version > 0, tables == Schema.tables.count else {
            throw .corrupt(path: connection.path, detail: "it has lost its tables")
        }
        return version
    }
}
