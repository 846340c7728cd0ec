package import FoundationEssentials
package import MailscopeKit

extension SQLiteLedger {
    package func cursor() throws(LedgerError) -> CollectionCursor? {
        var cursor: CollectionCursor?
        try connection().run("SELECT received, backfilled, reconciled, floor, origin FROM cursor") {
            row throws(LedgerError) in
            cursor = CollectionCursor(
                receivedDateTime: row.text(0), isBackfilled: row.integer(1) == 1,
                reconciled: row.real(2).map { Date(timeIntervalSince1970: $0) }, floor: row.text(3),
                origin: row.text(4))
        }
        return cursor
    }

    package func counts() throws(LedgerError) -> LedgerCounts {
        var counts = LedgerCounts()
        try connection().run("SELECT state, count FROM tallies") { row throws(LedgerError) in
            switch row.integer(0) {
            case 1: counts.delivered = row.integer(1)
            case 2: counts.deferred = row.integer(1)
            case 3: counts.quarantined = row.integer(1)
            case 4: counts.gone = row.integer(1)
            case 5: counts.skipped = row.integer(1)
            default: break
            }
        }
        return counts
    }

    package func bookings(since: Date) throws(LedgerError) -> [RequestBooking] {
        var bookings: [RequestBooking] = []
        // Only read: `status` asks as well, through a connection that must not write. `book` forgets.
        let query = "SELECT time, count FROM bookings WHERE time >= ? ORDER BY time"
        try connection().run(query, [.real(since.timeIntervalSince1970)]) { row throws(LedgerError) in
            bookings.append(
                RequestBooking(time: Date(timeIntervalSince1970: row.real(0) ?? 0), count: row.integer(1)))
        }
        return bookings
    }

    package func book(_ booking: RequestBooking) throws(LedgerError) {
        let connection = try connection()
        let time = booking.time.timeIntervalSince1970
        try connection.transaction { () throws(LedgerError) in
            // No window is an hour long, so the table stays small in a process that never restarts.
            try connection.run("DELETE FROM bookings WHERE time < ?", [.real(time - 3600)])
            try connection.run("INSERT INTO bookings VALUES (?, ?)", [.real(time), .integer(booking.count)])
        }
    }

    package func note(_ key: LedgerNote, _ value: String?) throws(LedgerError) {
        let connection = try connection()
        // One statement is a transaction by itself.
        try connection.setFact("note." + key.rawValue, value)
    }

    package func note(_ key: LedgerNote) throws(LedgerError) -> String? {
        try connection().fact("note." + key.rawValue)
    }
}
