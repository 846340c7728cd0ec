internal import FoundationEssentials

/// Carries one stage's messages from the listing to the ledger: the next page is listed, messages are fetched in
/// lanes, and a batch is delivered, all at the same time. Only one batch is at the sinks at once.
///
/// The cursor follows pages, in order: it moves over a page when each of its messages has a record, and the move is
/// in the same transaction as the record that completed it.
struct Conveyor {
    private enum Event: Sendable {
        case listed(MessageSource, Result<ListedPage, CollectError>)
        case fetched(ListedMessage, Result<BodyFetcher.Outcome, CollectError>)
        case delivered([FetchedMessage], Result<[MessageRecord], CollectError>)
    }

    let mail: GraphMail
    let ledger: any Ledger
    let fetcher: BodyFetcher
    let deliverer: Deliverer
    let settings: CollectionSettings
    let clock: any HostClock
    let log: Log
    /// Whether listed messages are due by the ledger's own word; else those it knows are left out.
    let isRetrying: Bool
    /// Hears of every page, message and commit, and how much of the stage is done.
    let report: @Sendable (PassSummary, _ fraction: Double?) -> Void

    private(set) var cursor: CollectionCursor
    private(set) var summary: PassSummary
    private var source: MessageSource
    private var toFetch: [ListedMessage] = []
    private var ready: [FetchedMessage] = []
    private var inHand: Set<MessageID> = []
    private var progress = PageProgress()
    private var fetching = 0
    private var isListing = false
    private var isDelivering = false
    private var failure: CollectError?
    private var share: WalkedShare

    init(
        mail: GraphMail, ledger: any Ledger, fetcher: BodyFetcher, deliverer: Deliverer,
        settings: CollectionSettings, clock: any HostClock, log: Log, source: MessageSource, isRetrying: Bool,
        cursor: CollectionCursor, summary: PassSummary,
        report: @escaping @Sendable (PassSummary, Double?) -> Void
    ) {
        self.mail = mail
        self.ledger = ledger
        self.fetcher = fetcher
        self.deliverer = deliverer
        self.settings = settings
        self.clock = clock
        self.log = log
        self.source = source
        self.isRetrying = isRetrying
        self.cursor = cursor
        self.summary = summary
        self.report = report
        share = WalkedShare(until: clock.now)
    }

    /// Works until the source has ended and everything is settled.
    ///
    /// - Throws: the first ``CollectError``, after the batch at the sinks was recorded.
    mutating func run() async throws(CollectError) {
        await withTaskGroup(of: Event.self) { group in
            start(in: &group)
            while let event = await group.next() {
                await take(event)
                // Whatever else failed then, failed because of it.
                if Task.isCancelled { failure = .cancelled }
                // What is at the sinks may finish; all else is of no use any more.
                if failure != nil, !isDelivering { group.cancelAll() }
                if failure == nil { start(in: &group) }
            }
        }
        for message in ready { await message.file?.remove() }
        if let failure { throw failure }
    }

    /// Starts whatever there is room for.
    private mutating func start(in group: inout TaskGroup<Event>) {
        let isRoomy = settings.content == .mime || ready.isEmpty
        if !isListing, !source.isEnded, toFetch.count < 4 * settings.lanes, isRoomy {
            isListing = true
            summary.requests += 1
            let (source, mail) = (source, mail)
            group.addTask {
                var source = source
                do throws(CollectError) {
                    let page = try await source.next(mail)
                    return .listed(source, .success(page))
                } catch {
                    return .listed(source, .failure(error))
                }
            }
        }
        // Two more than lanes wait at the gate, so that no lane is idle while we commit.
        while fetching < settings.lanes + 2, !toFetch.isEmpty,
            fetching + ready.count < 2 * settings.batchMessages,
            readyBytes < 2 * settings.batchBytes
        {
            let message = toFetch.removeFirst()
            fetching += 1
            summary.requests += 1
            let fetcher = fetcher
            group.addTask {
                do throws(CollectError) {
                    return .fetched(message, .success(try await fetcher.fetch(message)))
                } catch {
                    return .fetched(message, .failure(error))
                }
            }
        }
        let isFull = ready.count >= settings.batchMessages || readyBytes >= settings.batchBytes
        let isRest = fetching == 0 && toFetch.isEmpty
        if !isDelivering, !ready.isEmpty, isFull || isRest {
            isDelivering = true
            let batch = nextBatch()
            let deliverer = deliverer
            group.addTask {
                do throws(CollectError) {
                    return .delivered(batch, .success(try await deliverer.deliver(batch)))
                } catch {
                    return .delivered(batch, .failure(error))
                }
            }
        }
    }

    private var readyBytes: Int { ready.reduce(0) { $0 + $1.size } }

    /// Bodies from files by the settings' batch; a page's JSON, bounded by its page already, all at once.
    private mutating func nextBatch() -> [FetchedMessage] {
        var count = 0
        var bytes = 0
        for message in ready {
            if message.file != nil,
                count >= settings.batchMessages || (count > 0 && bytes >= settings.batchBytes)
            {
                break
            }
            count += 1
            bytes += message.size
        }
        defer { ready.removeFirst(count) }
        return Array(ready.prefix(count))
    }

    private mutating func take(_ event: Event) async {
        do throws(CollectError) {
            switch event {
            case .listed(let source, let result):
                isListing = false
                self.source = source
                if failure == nil { try await receive(try result.get()) }
            case .fetched(let message, let result):
                fetching -= 1
                try await receive(try result.get(), of: message)
            case .delivered(let batch, let result):
                isDelivering = false
                for message in batch { await message.file?.remove() }
                let records = try result.get()
                for (record, message) in zip(records, batch) where record.state == .delivered {
                    summary.delivered += 1
                    summary.bytes += message.size
                }
                try await settle(records)
            }
            // A message fetched alone has cost most of its time; those of a page have only once they are delivered.
            let open = settings.content == .mime ? toFetch.count + fetching : inHand.count
            report(summary, isRetrying ? nil : share.fraction(open: open, isSettled: inHand.isEmpty))
        } catch {
            failure = failure ?? error
        }
    }

    private mutating func receive(_ page: ListedPage) async throws(CollectError) {
        summary.listed += page.messages.count
        share.add(page, isLast: source.isEnded)
        var messages: [ListedMessage] = []
        var seen: Set<MessageID> = []
        for message in page.messages where !inHand.contains(message.id) && seen.insert(message.id).inserted {
            messages.append(message)
        }
        if !isRetrying, !messages.isEmpty {
            let unknown: Set<MessageID>
            do throws(LedgerError) {
                unknown = Set(try await ledger.unknown(among: messages.map(\.id)))
            } catch { throw .ledger(error) }
            messages.removeAll { !unknown.contains($0.id) }
        }
        inHand.formUnion(messages.map(\.id))
        progress.add(messages.map(\.id), reached: page.reached)
        for message in messages {
            if let body = message.body {
                ready.append(
                    FetchedMessage(
                        id: message.id, receivedDateTime: message.receivedDateTime, body: .bytes(body),
                        file: nil))
            } else {
                toFetch.append(message)
            }
        }
        try await settle([])
    }

    private mutating func receive(
        _ outcome: BodyFetcher.Outcome, of message: ListedMessage
    ) async throws(CollectError) {
        let state: MessageRecord.State
        switch outcome {
        case .fetched(let fetched):
            ready.append(fetched)
            return
        case .gone: state = .gone
        case .failed(let reason, let isItsOwn):
            let attempts =
                isItsOwn ? message.attempts + 1 : Swift.min(message.attempts + 1, settings.tries - 1)
            state = settings.state(afterFailing: reason, attempts: attempts, acknowledged: [], now: clock.now)
        }
        try await settle([
            MessageRecord(id: message.id, receivedDateTime: message.receivedDateTime, state: state)
        ])
    }

    /// Commits records, with the cursor where they complete pages.
    private mutating func settle(_ records: [MessageRecord]) async throws(CollectError) {
        var (progress, cursor) = (progress, cursor)
        progress.settle(records.map(\.id))
        // A message dated in the future must not hide what arrives until then.
        if let reached = progress.reached.map({ Swift.min($0, GraphTime.text(clock.now)) }),
            reached > cursor.receivedDateTime ?? ""
        {
            cursor.receivedDateTime = reached
        }
        guard !records.isEmpty || cursor != self.cursor else {
            self.progress = progress
            return
        }
        do throws(LedgerError) {
            try await ledger.commit(records, cursor: cursor == self.cursor ? nil : cursor)
        } catch { throw .ledger(error) }
        self.progress = progress
        self.cursor = cursor
        summary.receivedDateTime = cursor.receivedDateTime
        for record in records {
            inHand.remove(record.id)
            count(record)
        }
    }

    private mutating func count(_ record: MessageRecord) {
        switch record.state {
        case .delivered, .skipped: break
        case .gone: summary.gone += 1
        case .deferred(let reason, let next, let attempts, _):
            summary.deferred += 1
            log.info(
                "a message will be tried again",
                [
                    LogField("id", record.id), LogField("reason", reason), LogField("attempts", attempts),
                    LogField("next", GraphTime.text(next)),
                ])
        case .quarantined(let reason, _, let attempts, _):
            summary.quarantined += 1
            log.warning(
                "a message was quarantined",
                [LogField("id", record.id), LogField("reason", reason), LogField("attempts", attempts)])
        }
    }
}
