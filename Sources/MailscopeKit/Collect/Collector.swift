internal import FoundationEssentials

/// Collects one mailbox: everything since the chosen start, each message once, all sinks before the ledger.
///
/// A pass first tries again what was deferred, then walks from the cursor to the newest message, looks a little behind
/// the cursor for mail that arrived late with an older date, and once a day compares all ids with the ledger.
package struct Collector: Sendable {
    let mail: GraphMail
    let ledger: any Ledger
    let sinks: [any MessageSink]
    let spool: (any Spool)?
    let settings: CollectionSettings
    let clock: any HostClock
    let log: Log
    let progress: @Sendable (CollectionProgress) -> Void
    let isEnding: @Sendable () -> Bool

    /// - Parameters:
    ///   - mail: the mailbox.
    ///   - ledger: what is known of it.
    ///   - sinks: at least one; a message is delivered when all have it. Each has a name of its own.
    ///   - spool: where messages wait on disk; needed for ``MessageContent/mime`` only.
    ///   - settings: what to collect.
    ///   - clock: dates and measures.
    ///   - log: hears of every message that goes another way than to the sinks.
    ///   - progress: hears of every page and batch; it must not wait.
    ///   - isEnding: asked all the while; once true, a pass lets the sinks finish what they have, and ends as if it were
    ///     cancelled. Cancelling the task does not wait for commands.
    package init(
        mail: GraphMail, ledger: any Ledger, sinks: [any MessageSink], spool: (any Spool)?,
        settings: CollectionSettings, clock: any HostClock, log: Log,
        progress: @escaping @Sendable (CollectionProgress) -> Void = { _ in },
        isEnding: @escaping @Sendable () -> Bool = { false }
    ) {
        self.mail = mail
        self.ledger = ledger
        self.sinks = sinks
        self.spool = spool
        self.settings = settings
        self.clock = clock
        self.log = log
        self.progress = progress
        self.isEnding = isEnding
    }

    /// Has its sinks let go of their files, for a successor. No pass may be under way.
    package func close() async {
        for sink in sinks { await sink.close() }
    }

    /// One pass over the mailbox. Cancelling the task ends it within the sinks' own time; nothing is lost.
    ///
    /// - Returns: what it did.
    /// - Throws: ``CollectError``; the next pass goes on from there.
    package func pass() async throws(CollectError) -> PassSummary {
        let began = clock.uptime
        do throws(CollectError) {
            try await note(.lastPassStarted, GraphTime.text(clock.now))
            var summary = try await stages()
            summary.duration = clock.uptime - began
            try await note(.lastPassFinished, GraphTime.text(clock.now))
            try await note(.lastError, nil)
            try await note(.failingSince, nil)
            return summary
        } catch {
            if error != .cancelled { await ledger.noteFailure(error, at: clock.now) }
            throw error
        }
    }

    private func stages() async throws(CollectError) -> PassSummary {
        var state = PassState(cursor: try await opened(), summary: PassSummary())
        try await retry(&state)
        if settings.start == .now, !state.cursor.isBackfilled { try await skipThePast(&state) }
        let start = state.cursor.receivedDateTime ?? state.cursor.floor ?? Self.dawn
        try await run(.walking, .walk(.messages(from: start, settings: settings)), &state)
        if state.cursor.isBackfilled {
            let behind = Swift.max(
                GraphTime.shifted(start, by: .zero - settings.overlap), state.cursor.floor ?? Self.dawn)
            let walk = MailWalk.ids(from: behind, until: start, settings: settings)
            try await run(.overlapping, .walk(walk), &state)
        } else {
            state.cursor.isBackfilled = true
            state.cursor.reconciled = clock.now
            try await commit([], state.cursor)
        }
        try await reconcileIfDue(&state)
        state.summary.receivedDateTime = state.cursor.receivedDateTime
        return state.summary
    }

    /// Nothing is older.
    static let dawn = "1900-01-01T00:00:00Z"

    private func retry(_ state: inout PassState) async throws(CollectError) {
        // What fails again is due in the future, so this ends; what came due meanwhile waits for the next pass.
        let now = clock.now
        while true {
            let due: [DeferredMessage]
            do throws(LedgerError) { due = try await ledger.due(at: now, limit: 256) } catch {
                throw .ledger(error)
            }
            guard !due.isEmpty else { return }
            let messages = due.map {
                ListedMessage(
                    id: $0.id, receivedDateTime: $0.receivedDateTime, body: nil, attempts: $0.attempts)
            }
            try await run(.retrying, .list(messages), &state)
        }
    }

    /// Notes the mail that was there before a start of `now`, as far back as passes look.
    private func skipThePast(_ state: inout PassState) async throws(CollectError) {
        guard let moment = state.cursor.receivedDateTime, let floor = state.cursor.floor else { return }
        var walk = MailWalk.ids(from: floor, until: moment, settings: settings)
        while !walk.isEnded {
            if isEnding() { throw .cancelled }
            let page = try await walk.next(mail)
            let older = page.messages.filter { (GraphTime.second($0.receivedDateTime) ?? moment) < moment }
            let unknown: Set<MessageID>
            do throws(LedgerError) {
                unknown = Set(try await ledger.unknown(among: older.map(\.id)))
            } catch { throw .ledger(error) }
            let records = older.filter { unknown.contains($0.id) }.map {
                MessageRecord(id: $0.id, receivedDateTime: $0.receivedDateTime, state: .skipped)
            }
            try await commit(records, nil)
            state.summary.requests += 1
            state.summary.skipped += unknown.count
            progress(CollectionProgress(stage: .skipping, summary: state.summary, fraction: nil))
        }
        state.cursor.isBackfilled = true
        state.cursor.reconciled = clock.now
        try await commit([], state.cursor)
    }

    private func reconcileIfDue(_ state: inout PassState) async throws(CollectError) {
        guard let interval = settings.reconcileInterval else { return }
        let now = clock.now
        if let last = state.cursor.reconciled, last <= now, now < last + interval.seconds { return }
        let floor = state.cursor.floor ?? Self.dawn
        let before = state.summary.delivered
        try await run(
            .reconciling, .walk(.ids(from: floor, until: nil, settings: settings)), &state)
        state.cursor.reconciled = now
        state.summary.isReconciled = true
        try await commit([], state.cursor)
        log.info(
            "compared all messages with the ledger", [LogField("found", state.summary.delivered - before)])
    }

    /// Carries one source to its end.
    private func run(
        _ stage: CollectionProgress.Stage, _ source: MessageSource, _ state: inout PassState
    ) async throws(CollectError) {
        let progress = progress
        var conveyor = Conveyor(
            mail: mail, ledger: ledger, fetcher: BodyFetcher(mail: mail, spool: spool, settings: settings),
            deliverer: Deliverer(sinks: sinks, ledger: ledger, clock: clock, settings: settings),
            settings: settings, clock: clock, log: log, source: source, isRetrying: stage == .retrying,
            cursor: state.cursor, summary: state.summary, isEnding: isEnding
        ) { summary, fraction in
            progress(CollectionProgress(stage: stage, summary: summary, fraction: fraction))
        }
        defer { state = PassState(cursor: conveyor.cursor, summary: conveyor.summary) }
        try await conveyor.run()
    }

    func commit(_ records: [MessageRecord], _ cursor: CollectionCursor?) async throws(CollectError) {
        do { try await ledger.commit(records, cursor: cursor) } catch { throw .ledger(error) }
    }

    private func note(_ key: LedgerNote, _ value: String?) async throws(CollectError) {
        do { try await ledger.note(key, value) } catch { throw .ledger(error) }
    }
}

/// What a pass carries from stage to stage.
struct PassState {
    var cursor: CollectionCursor
    var summary: PassSummary
}
