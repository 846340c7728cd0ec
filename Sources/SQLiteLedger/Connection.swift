internal import CSQLite
internal import Glibc
internal import MailscopeKit

/// One SQLite connection with its prepared statements. Belongs to one thread.
final class Connection {
    /// How it is opened.
    enum Mode {
        case readOnly
        /// Without the files beside it, which SQLite could not make on a file system that is read-only.
        case immutable
        case readWrite
    }

    let path: String
    private let handle: OpaquePointer  // <sqlite3>
    private var statements: [String: Statement] = [:]

    /// `namedInErrors` is the file that errors are about, where `path` is not its name yet.
    ///
    /// - Throws: ``LedgerError`` with the system's reason.
    init(path: String, mode: Mode, namedInErrors: String? = nil) throws(LedgerError) {
        self.path = namedInErrors ?? path
        let flags =
            switch mode {
            case .readOnly: SQLITE_OPEN_READONLY
            case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            case .readWrite: SQLITE_OPEN_READWRITE
            }
        let name = mode == .immutable ? "file:\(Connection.uriPath(path))?immutable=1" : path
        var opened: OpaquePointer?  // <sqlite3>
        let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let failure = Connection.failure(code, of: opened, path: namedInErrors ?? path)
            sqlite3_close_v2(opened)
            throw failure
        }
        handle = opened
        sqlite3_busy_timeout(handle, 10_000)
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Runs one statement to its end; `body` sees each row.
    ///
    /// - Throws: ``LedgerError`` of the statement, or what `body` throws.
    func run(
        _ sql: String, _ values: [SQLValue] = [], row body: (Statement) throws(LedgerError) -> Void = { _ in }
    ) throws(LedgerError) {
        let statement = try prepared(sql)
        defer { statement.reset() }
        for (index, value) in values.enumerated() {
            try check(statement.bind(value, at: Int32(index + 1)))
        }
        while true {
            switch statement.step() {
            case SQLITE_ROW: try body(statement)
            case SQLITE_DONE: return
            case let code: throw failure(code)
            }
        }
    }

    /// Runs several statements that take and give nothing, a schema for one.
    func script(_ sql: String) throws(LedgerError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// What a transaction does.
    enum Purpose: String {
        case reading = "BEGIN"
        /// Nobody else may write from its begin on.
        case writing = "BEGIN IMMEDIATE"
    }

    /// All of `body` or nothing of it.
    func transaction<Value>(
        _ purpose: Purpose = .writing, _ body: () throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        try run(purpose.rawValue)
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // After some failures SQLite has rolled back by itself, and there is nothing left to do.
            if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Rows changed by the last statement.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// The first column of the only row, as a number; nil where there is no row.
    func number(_ sql: String) throws(LedgerError) -> Int? {
        var answer: Int?
        try run(sql) { row throws(LedgerError) in answer = row.integer(0) }
        return answer
    }

    private func prepared(_ sql: String) throws(LedgerError) -> Statement {
        if let statement = statements[sql] { return statement }
        var pointer: OpaquePointer?  // <sqlite3_stmt>
        try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil))
        guard let pointer else { throw .unusable(path: path, detail: "an empty statement") }
        let statement = Statement(takingOwnershipOf: pointer)
        statements[sql] = statement
        return statement
    }

    private static func uriPath(_ path: String) -> String {
        // By scalars: with an accent on it each is another character, and means the same to SQLite.
        path.unicodeScalars.map { scalar in
            switch scalar {
            case "%": "%25"
            case "?": "%3f"
            case "#": "%23"
            default: String(scalar)
            }
        }.joined()
    }

    private func check(_ code: Int32) throws(LedgerError) {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> LedgerError {
        Connection.failure(code, of: handle, path: path)
    }

    /// SQLite's code in the words of the ledger.
    private static func failure(_ code: Int32, of handle: OpaquePointer?, path: String) -> LedgerError {
        let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        switch code & 0xff {
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt(path: path, detail: text)
        case SQLITE_FULL: return .full(path: path)
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked(path: path)
        default:
            let system = handle.map { sqlite3_system_errno($0) } ?? 0
            if system == 0 { return .unusable(path: path, detail: text) }
            return LedgerError(path: path, code: system, doing: text)
        }
    }
}

extension LedgerError {
    /// For an `errno`; `doing` is what SQLite says of it.
    init(path: String, code: Int32, doing: String? = nil) {
        let reason = String(cString: strerror(code))
        self =
            switch code {
            case ENOSPC, EDQUOT: .full(path: path)
            case EROFS: .readOnly(path: path)
            default: .unusable(path: path, detail: doing.map { "\($0) (\(reason))" } ?? reason)
            }
    }
}
