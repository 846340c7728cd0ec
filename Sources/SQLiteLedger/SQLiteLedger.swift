internal import CSQLite
internal import FoundationEssentials
internal import Glibc
package import MailscopeKit

/// The ledger in `ledger.db` of a state directory: WAL, `synchronous=FULL`, a transaction a call.
///
/// SQLite runs on a thread of its own. While one process holds the directory (``open(_:owner:clock:)``), others may
/// read and ask for retries.
package actor SQLiteLedger: Ledger {
    /// The file's name in the state directory; SQLite keeps `-wal` and `-shm` beside it.
    package static let fileName = "ledger.db"

    private nonisolated let thread = LedgerThread()
    private var open: Connection?
    private var lock: StateDirectoryLock?
    private let path: String

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private init(directory: String) { path = directory + "/" + SQLiteLedger.fileName }

    deinit { thread.stop() }

    /// Opens the ledger of a state directory for its one owner, and makes both where they are missing (modes 0700, 0600).
    ///
    /// - Throws: ``LedgerError``: in use by another process, damaged, newer, of another mailbox, not writable.
    package static func open(
        _ directory: String, owner: LedgerOwner, clock: any HostClock = SystemClock()
    ) async throws(LedgerError) -> SQLiteLedger {
        try await open(directory, owner: owner, clock: clock, schema: .current)
    }

    static func open(
        _ directory: String, owner: LedgerOwner, clock: any HostClock = SystemClock(), schema: Schema
    ) async throws(LedgerError) -> SQLiteLedger {
        let ledger = SQLiteLedger(directory: directory)
        try await ledger.take(directory, owner: owner, now: clock.now, schema: schema)
        return ledger
    }

    /// Opens an existing ledger to look at it, whoever else has it. Nothing can be changed through it.
    ///
    /// - Throws: ``LedgerError``: missing, damaged, newer or older than this program, of another mailbox, not readable.
    package static func openForReading(
        _ directory: String, owner: LedgerOwner
    ) async throws(LedgerError) -> SQLiteLedger {
        let ledger = SQLiteLedger(directory: directory)
        try await ledger.join(.readOnly, owner: owner)
        return ledger
    }

    /// Opens an existing ledger for a small change (`retry`) beside the process that has it.
    ///
    /// - Throws: ``LedgerError``: missing, damaged, newer or older than this program, of another mailbox, not writable.
    package static func openForRetry(
        _ directory: String, owner: LedgerOwner
    ) async throws(LedgerError) -> SQLiteLedger {
        let ledger = SQLiteLedger(directory: directory)
        try await ledger.join(.readWrite, owner: owner)
        return ledger
    }

    /// Who has a state directory now, `mailscope, process 7, since 2026-…` for one; nil where nobody has. Changes nothing,
    /// and keeps nobody out for longer than a moment.
    package static func holder(of directory: String) -> String? { StateDirectoryLock.holder(of: directory) }

    /// What SQLite's own examination of the file finds first; nil where it finds nothing. Reads the whole file.
    ///
    /// - Throws: ``LedgerError``.
    package func damage() throws(LedgerError) -> String? {
        var finding: String?
        try connection().run("PRAGMA quick_check(1)") { row throws(LedgerError) in finding = row.text(0) }
        return finding == "ok" ? nil : finding
    }

    /// Closes the file and lets go of the directory. Every later call fails.
    package func close() {
        open = nil
        lock = nil
    }

    /// The connection, for the calls of the ledger.
    func connection() throws(LedgerError) -> Connection {
        guard let open else { throw .unusable(path: path, detail: "it was closed") }
        return open
    }

    private func take(_ directory: String, owner: LedgerOwner, now: Date, schema: Schema) throws(LedgerError)
    {
        try makeDirectory(directory)
        // Kept here only once all went well: a failure lets go of the directory before it is reported.
        let lock = try StateDirectoryLock(directory: directory, now: now)
        if try !LedgerFile.isThere(path) { try LedgerFile.make(path, schema: schema) }
        let connection = try Connection(path: path, mode: .readWrite)
        _ = try schema.version(of: connection)
        try connection.run("PRAGMA journal_mode = WAL")
        try connection.run("PRAGMA synchronous = FULL")
        // Kibibytes. The system's cache holds the file as well; a larger one of ours only grows the process.
        try connection.run("PRAGMA cache_size = -512")
        try schema.migrate(connection)
        try claim(connection, for: owner)
        open = connection
        self.lock = lock
    }

    private func join(_ wanted: Connection.Mode, owner: LedgerOwner) throws(LedgerError) {
        // Before SQLite looks: beside a main file without bytes it removes the log, which may hold everything.
        guard try LedgerFile.isThere(path) else { throw LedgerError(path: path, code: ENOENT) }
        var mode = wanted
        if access(path, W_OK) != 0, errno == EROFS {
            if wanted == .readWrite { throw .readOnly(path: path) }
            // Nobody can write there, so the file is all there is; where a crash left a log beside it, SQLite must look.
            if access(path + "-wal", F_OK) != 0 { mode = .immutable }
        }
        let connection = try Connection(path: path, mode: mode)
        let version = try Schema.current.version(of: connection)
        guard version == Schema.current.steps.count else {
            throw .older(path: path, version: version)
        }
        try check(connection, isOf: owner)
        if mode == .readWrite { try connection.run("PRAGMA synchronous = FULL") }
        open = connection
    }

    /// A ledger that was not claimed yet is anybody's.
    ///
    /// - Throws: ``LedgerError/otherMailbox(path:mailbox:)``.
    private func check(_ connection: Connection, isOf owner: LedgerOwner) throws(LedgerError) {
        guard let tenant = try connection.fact("owner.tenant"),
            let mailbox = try connection.fact("owner.mailbox")
        else { return }
        guard tenant.lowercased() == owner.tenant.lowercased(),
            mailbox.lowercased() == owner.mailbox.lowercased()
        else { throw .otherMailbox(path: path, mailbox: "\(mailbox) of tenant \(tenant)") }
    }

    /// Writes the owner's name into a new ledger, or compares it.
    private func claim(_ connection: Connection, for owner: LedgerOwner) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            try check(connection, isOf: owner)
            // The service counts requests by app and mailbox: another app has a budget of its own.
            if try connection.fact("owner.client") != owner.clientID {
                try connection.run("DELETE FROM bookings")
            }
            try connection.setFact("owner.tenant", owner.tenant)
            try connection.setFact("owner.mailbox", owner.mailbox)
            try connection.setFact("owner.client", owner.clientID)
        }
    }
}

extension Connection {
    /// A small fact by its name.
    func fact(_ name: String) throws(LedgerError) -> String? {
        var value: String?
        try run("SELECT value FROM facts WHERE name = ?", [.text(name)]) { row throws(LedgerError) in
            value = row.text(0)
        }
        return value
    }

    func setFact(_ name: String, _ value: String?) throws(LedgerError) {
        if let value {
            try run("INSERT OR REPLACE INTO facts VALUES (?, ?)", [.text(name), .text(value)])
        } else {
            try run("DELETE FROM facts WHERE name = ?", [.text(name)])
        }
    }
}

/// Makes the directory and the missing ones above it, mode 0700.
private func makeDirectory(_ path: String) throws(LedgerError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
        prefix += part + "/"
        // A parent that exists but must not be written answers EACCES or EROFS for some systems: only the last counts.
        if mkdir(prefix, 0o700) != 0, errno != EEXIST, access(prefix, F_OK) != 0 {
            throw LedgerError(path: path, code: errno)
        }
    }
}
