internal import CSQLite

/// What goes into a statement.
enum SQLValue {
    case text(String?)
    case integer(Int)
    case real(Double?)
}

/// Sole owner of one prepared statement.
final class Statement {
    private let pointer: OpaquePointer  // <sqlite3_stmt>

    init(takingOwnershipOf pointer: OpaquePointer) { self.pointer = pointer }

    deinit { sqlite3_finalize(pointer) }

    func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .text(let text?): csqlite_bind_text(pointer, index, text, Int32(text.utf8.count))
        case .integer(let number): sqlite3_bind_int64(pointer, index, Int64(number))
        case .real(let number?): sqlite3_bind_double(pointer, index, number)
        case .text(nil), .real(nil): sqlite3_bind_null(pointer, index)
        }
    }

    func step() -> Int32 { sqlite3_step(pointer) }

    func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(pointer, column) else { return nil }
        // By count: an id from outside may hold a NUL.
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(pointer, column)) }

    func real(_ column: Int32) -> Double? {
        sqlite3_column_type(pointer, column) == SQLITE_NULL ? nil : sqlite3_column_double(pointer, column)
    }
}
