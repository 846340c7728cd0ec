package import FoundationEssentials
package import MailscopeKit

/// `messages.state`.
private enum State: Int {
    case offered, delivered, deferred, quarantined, gone, skipped
}

/// In seconds. No message waits longer for its next try: a later moment comes from a clock that was ahead, and would
/// never come.
private let longestWait = 86_400.0

extension SQLiteLedger {
    package func unknown(among ids: [MessageID]) throws(LedgerError) -> [MessageID] {
        let connection = try connection()
        // One look at the file for all: else each statement takes and gives back its locks.
        return try connection.transaction(.reading) { () throws(LedgerError) in
            var unknown: [MessageID] = []
            for id in ids {
                var isKnown = false
                try connection.run("SELECT state FROM messages WHERE id = ?", [.text(id.text)]) {
                    row throws(LedgerError) in isKnown = row.integer(0) != State.offered.rawValue
                }
                if !isKnown { unknown.append(id) }
            }
            return unknown
        }
    }

    package func offer(_ ids: [MessageID]) throws(LedgerError) -> [MessageID: EarlierOffer] {
        let connection = try connection()
        return try connection.transaction { () throws(LedgerError) in
            var offers: [MessageID: EarlierOffer] = [:]
            for id in ids where offers[id] == nil {
                var wasOffered = false
                var tries = 0
                var sinks: Set<String> = []
                var isKnown = false
                try connection.run("SELECT offered, tries FROM messages WHERE id = ?", [.text(id.text)]) {
                    row throws(LedgerError) in
                    isKnown = true
                    wasOffered = row.integer(0) == 1
                    tries = row.integer(1)
                }
                if isKnown {
                    try connection.run("SELECT sink FROM acknowledgements WHERE id = ?", [.text(id.text)]) {
                        row throws(LedgerError) in
                        if let sink = row.text(0) { sinks.insert(sink) }
                    }
                    try connection.run("UPDATE messages SET offered = 1 WHERE id = ?", [.text(id.text)])
                } else {
                    try connection.run(
                        "INSERT INTO messages (id, state, offered, tries) VALUES (?, 0, 1, 0)",
                        [.text(id.text)])
                }
                offers[id] = EarlierOffer(wasOffered: wasOffered, acknowledged: sinks, attempts: tries)
            }
            return offers
        }
    }

    package func acknowledge(_ ids: [MessageID], by sink: String) throws(LedgerError) {
        let connection = try connection()
        try connection.transaction { () throws(LedgerError) in
            for id in ids { try connection.acknowledge(id, by: sink) }
        }
    }

    package func commit(_ records: [MessageRecord], cursor: CollectionCursor?) throws(LedgerError) {
        let connection = try connection()
        try connection.transaction { () throws(LedgerError) in
            for record in records { try connection.write(record) }
            if let cursor { try connection.write(cursor) }
        }
    }

    package func forgetSkipped() throws(LedgerError) {
        try connection().run("DELETE FROM messages WHERE state = 5")
    }

    package func due(at now: Date, limit: Int) throws(LedgerError) -> [DeferredMessage] {
        var found: [DeferredMessage] = []
        try connection().run(
            """
            SELECT id, received, tries FROM messages WHERE state = 2 AND (moment <= ? OR moment > ?)
            ORDER BY moment, id LIMIT ?
            """,
            [
                .real(now.timeIntervalSince1970), .real(now.timeIntervalSince1970 + longestWait),
                .integer(limit),
            ]
        ) { row throws(LedgerError) in
            found.append(
                DeferredMessage(
                    id: MessageID(row.text(0) ?? ""), receivedDateTime: row.text(1), attempts: row.integer(2))
            )
        }
        return found
    }

    package func nextDue() throws(LedgerError) -> Date? {
        var next: Date?
        try connection().run("SELECT min(moment) FROM messages WHERE state = 2") { row throws(LedgerError) in
            next = row.real(0).map { Date(timeIntervalSince1970: $0) }
        }
        return next
    }

    package func quarantined(limit: Int, offset: Int) throws(LedgerError) -> [QuarantinedMessage] {
        var found: [QuarantinedMessage] = []
        try connection().run(
            """
            SELECT id, received, reason, tries, moment FROM messages WHERE state = 3
            ORDER BY moment, id LIMIT ? OFFSET ?
            """,
            [.integer(limit), .integer(offset)]
        ) { row throws(LedgerError) in
            found.append(
                QuarantinedMessage(
                    id: MessageID(row.text(0) ?? ""), receivedDateTime: row.text(1),
                    reason: row.text(2) ?? "",
                    attempts: row.integer(3), since: Date(timeIntervalSince1970: row.real(4) ?? 0)))
        }
        return found
    }

    package func retry(_ ids: [MessageID]?) throws(LedgerError) -> Int {
        let connection = try connection()
        let change = "UPDATE messages SET state = 2, tries = 0, moment = 0 WHERE state = 3"
        return try connection.transaction { () throws(LedgerError) in
            guard let ids else {
                try connection.run(change)
                return connection.changes
            }
            var count = 0
            for id in ids {
                try connection.run(change + " AND id = ?", [.text(id.text)])
                count += connection.changes
            }
            return count
        }
    }
}

extension Connection {
    fileprivate func acknowledge(_ id: MessageID, by sink: String) throws(LedgerError) {
        try run("INSERT OR IGNORE INTO acknowledgements VALUES (?, ?)", [.text(id.text), .text(sink)])
    }

    fileprivate func write(_ record: MessageRecord) throws(LedgerError) {
        switch record.state {
        case .delivered: try settle(record, .delivered)
        case .gone: try settle(record, .gone)
        case .skipped: try settle(record, .skipped)
        case .deferred(let reason, let next, let attempts, let acknowledged):
            try write(record, .deferred, moment: next, reason: reason, tries: attempts)
            for sink in acknowledged { try acknowledge(record.id, by: sink) }
        case .quarantined(let reason, let since, let attempts, let acknowledged):
            try write(record, .quarantined, moment: since, reason: reason, tries: attempts)
            for sink in acknowledged { try acknowledge(record.id, by: sink) }
        }
    }

    /// Nothing more will happen to it: what helped on the way is dropped.
    private func settle(_ record: MessageRecord, _ state: State) throws(LedgerError) {
        try write(record, state, moment: nil, reason: nil, tries: 0)
        try run("DELETE FROM acknowledgements WHERE id = ?", [.text(record.id.text)])
    }

    /// A message that waits for another try stays in doubt where it was: a run that was killed may have delivered it, or
    /// the try itself, and what failed since says nothing of that.
    private func write(
        _ record: MessageRecord, _ state: State, moment: Date?, reason: String?, tries: Int
    ) throws(LedgerError) {
        try run(
            """
            INSERT INTO messages (id, received, state, offered, tries, moment, reason) VALUES (?, ?, ?, 0, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET received = coalesce(excluded.received, received),
                state = excluded.state, offered = CASE WHEN excluded.state IN (2, 3) THEN offered ELSE 0 END,
                tries = excluded.tries, moment = excluded.moment, reason = excluded.reason
            """,
            [
                .text(record.id.text), .text(record.receivedDateTime), .integer(state.rawValue),
                .integer(tries),
                .real(moment?.timeIntervalSince1970), .text(reason),
            ])
    }

    fileprivate func write(_ cursor: CollectionCursor) throws(LedgerError) {
        try run(
            "INSERT OR REPLACE INTO cursor VALUES (1, ?, ?, ?, ?, ?)",
            [
                .text(cursor.receivedDateTime), .integer(cursor.isBackfilled ? 1 : 0),
                .real(cursor.reconciled?.timeIntervalSince1970), .text(cursor.floor), .text(cursor.origin),
            ])
    }
}
