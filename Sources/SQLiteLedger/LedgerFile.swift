internal import Glibc
internal import MailscopeKit

/// A ledger's file as the directory shows it: whether there is one, and how a new one comes to be.
///
/// A new ledger gets its name only when it is complete. So one that is empty was damaged, and is never taken for new:
/// mail that came since would count as older than the start.
enum LedgerFile {
    /// Whether a ledger stands at `path`; looked at before SQLite opens it.
    ///
    /// - Throws: ``LedgerError/corrupt(path:detail:)`` for one without bytes, and for a log without its ledger.
    static func isThere(_ path: String) throws(LedgerError) -> Bool {
        var facts = stat()
        if stat(path, &facts) == 0 {
            guard facts.st_size > 0 else { throw .corrupt(path: path, detail: "it is empty") }
            return true
        }
        guard errno == ENOENT else { throw LedgerError(path: path, code: errno) }
        // SQLite removes its log with the last connection. One that is left belongs to a ledger that was not closed.
        guard stat(path + "-wal", &facts) != 0 else {
            throw .corrupt(path: path, detail: "it is missing, but its log \(path)-wal is there")
        }
        return false
    }

    /// Makes a new ledger beside `path`, whole and on disk, and gives it its name last (mode 0600).
    static func make(_ path: String, schema: Schema) throws(LedgerError) {
        let draft = path + ".new"
        // What a crash left of an earlier try.
        removeFiles(of: draft)
        do {
            try write(draft, for: path, schema: schema)
        } catch {
            removeFiles(of: draft)
            throw error
        }
        guard rename(draft, path) == 0 else { throw LedgerError(path: path, code: errno) }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        try sync(folder, for: path)
    }

    private static func write(_ draft: String, for path: String, schema: Schema) throws(LedgerError) {
        // SQLite makes its files with the umask's mode, and `-wal` and `-shm` with that of the main file.
        let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LedgerError(path: path, code: errno) }
        close(descriptor)
        do {
            let connection = try Connection(path: draft, mode: .readWrite, namedInErrors: path)
            try connection.run("PRAGMA journal_mode = WAL")
            try connection.run("PRAGMA synchronous = FULL")
            try schema.build(connection)
            try connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        // The last connection is closed, and takes the log along.
        guard access(draft + "-wal", F_OK) != 0 else {
            throw .unusable(path: path, detail: "its log was not written back")
        }
        try sync(draft, for: path)
    }

    private static func sync(_ name: String, for path: String) throws(LedgerError) {
        let descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LedgerError(path: path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw LedgerError(path: path, code: errno) }
    }

    private static func removeFiles(of draft: String) {
        for ending in ["", "-journal", "-wal", "-shm"] { unlink(draft + ending) }
    }
}
