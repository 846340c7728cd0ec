internal import FoundationEssentials

/// Carries one stage's messages from the listing to the ledger. All of this goes on at the same time, each for the
/// next pages or batch: a page is listed, one is compared with the ledger, messages are fetched in lanes, a batch is
/// offered in the ledger, one is at the sinks, and records are committed. Each of them but the lanes is one at a time
/// and in order.
///
/// The cursor follows pages, in order: it moves over a page when each of its messages has a record, and the move is
/// in the same transaction as the record that completed it, or a later one.
struct Conveyor {
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
    let isEnding: @Sendable () -> Bool
    let report: @Sendable (PassSummary, _ fraction: Double?) -> Void

    private(set) var cursor: CollectionCursor
    private(set) var summary: PassSummary
    private var source: MessageSource
    private var toCompare: [ListedPage] = []
    private var toFetch: [ListedMessage] = []
    private var ready: [FetchedMessage] = []
    private var offered: (batch: [FetchedMessage], offers: [MessageID: EarlierOffer])?
    /// Records that wait for the next commit.
    private var settled: [MessageRecord] = []
    /// From the listing to the commit.
    private var inHand: Set<MessageID> = []
    /// Of messages that came with their page, until the sinks have them.
    private var bytesInHand = 0
    private var progress = PageProgress()
    private var fetching = 0
    private var isListing = false
    private var comparing: ListedPage?
    private var isOffering = false
    private var isDelivering = false
    private var isCommitting = false
    /// Then nothing more is committed: the cursor must not pass what was lost.
    private var hasFailedToCommit = false
    private var failure: CollectError?
    private var share: WalkedShare

    init(
        mail: GraphMail, ledger: any Ledger, fetcher: BodyFetcher, deliverer: Deliverer,
        settings: CollectionSettings, clock: any HostClock, log: Log, source: MessageSource, isRetrying: Bool,
        cursor: CollectionCursor, summary: PassSummary, isEnding: @escaping @Sendable () -> Bool,
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
        self.isEnding = isEnding
        self.report = report
        share = WalkedShare(until: clock.now)
    }

    /// Works until the source has ended and everything is settled.
    ///
    /// - Throws: the first ``CollectError``, after the batch at the sinks was recorded.
    mutating func run() async throws(CollectError) {
        await withTaskGroup(of: Event.self) { group in
            if isEnding() { failure = .cancelled } else { start(in: &group) }
            while let event = await group.next() {
                do throws(CollectError) {
                    try take(event)
                    tell()
                } catch {
                    failure = failure ?? error
                }
                // Whatever else failed then, failed because of it.
                if Task.isCancelled || (failure == nil && isEnding()) { failure = .cancelled }
                startCommitting(in: &group)
                if failure == nil {
                    start(in: &group)
                } else if !isDelivering, !isCommitting {
                    // What was at the sinks has finished; all else is of no use any more.
                    group.cancelAll()
                }
            }
        }
        for message in ready + (offered?.batch ?? []) { await message.file?.remove() }
        if let failure { throw failure }
    }

    // MARK: Starting what there is room for

    private mutating func start(in group: inout TaskGroup<Event>) {
        startDelivering(in: &group)
        startOffering(in: &group)
        startFetching(in: &group)
        startComparing(in: &group)
        startListing(in: &group)
    }

    private mutating func startListing(in group: inout TaskGroup<Event>) {
        guard !isListing, !source.isEnded, toCompare.count < 2, toFetch.count < 4 * settings.lanes,
            bytesInHand < settings.aheadBytes
        else { return }
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

    private mutating func startComparing(in group: inout TaskGroup<Event>) {
        guard comparing == nil, !toCompare.isEmpty else { return }
        let page = toCompare.removeFirst()
        comparing = page
        let ids = isRetrying ? [] : page.messages.map(\.id)
        let (ledger, all) = (ledger, Set(page.messages.map(\.id)))
        group.addTask {
            guard !ids.isEmpty else { return .compared(.success(all)) }
            do throws(LedgerError) {
                return .compared(.success(Set(try await ledger.unknown(among: ids))))
            } catch {
                return .compared(.failure(.ledger(error)))
            }
        }
    }

    private mutating func startFetching(in group: inout TaskGroup<Event>) {
        // Two more than lanes wait at the gate, so that no lane is idle while we look at what came.
        while fetching < settings.lanes + 2, !toFetch.isEmpty,
            fetching + ready.count < 2 * settings.batchMessages,
            readyBytes < 2 * settings.batchBytes
        {
            let message = toFetch.removeFirst()
            fetching += 1
            summary.requests += 1
            group.addTask { [fetcher] in
                do throws(CollectError) {
                    return .fetched(message, .success(try await fetcher.fetch(message)))
                } catch {
                    return .fetched(message, .failure(error))
                }
            }
        }
    }

    private mutating func startOffering(in group: inout TaskGroup<Event>) {
        let isFull = ready.count >= settings.batchMessages || readyBytes >= settings.batchBytes
        let isRest = fetching == 0 && toFetch.isEmpty
        guard !isOffering, offered == nil, !ready.isEmpty, isFull || isRest else { return }
        isOffering = true
        let batch = nextBatch()
        group.addTask { [deliverer] in
            do throws(CollectError) {
                return .offered(batch, .success(try await deliverer.offer(batch)))
            } catch {
                return .offered(batch, .failure(error))
            }
        }
    }

    private mutating func startDelivering(in group: inout TaskGroup<Event>) {
        guard !isDelivering, let (batch, offers) = offered else { return }
        offered = nil
        isDelivering = true
        group.addTask { [deliverer] in
            let result: Result<[MessageRecord], CollectError>
            do throws(CollectError) {
                result = .success(try await deliverer.deliver(batch, offers))
            } catch { result = .failure(error) }
            for message in batch { await message.file?.remove() }
            return .delivered(batch, result)
        }
    }

    /// Commits what was settled meanwhile, with the cursor where pages are complete; also after a failure.
    private mutating func startCommitting(in group: inout TaskGroup<Event>) {
        guard !isCommitting, !hasFailedToCommit else { return }
        var next = cursor
        // A message dated in the future must not hide what arrives until then.
        if let reached = progress.reached.map({ Swift.min($0, GraphTime.text(clock.now)) }),
            reached > cursor.receivedDateTime ?? ""
        {
            next.receivedDateTime = reached
        }
        guard !settled.isEmpty || next != cursor else { return }
        isCommitting = true
        let (records, cursor) = (settled, next == cursor ? nil : next)
        settled = []
        group.addTask { [next, ledger] in
            do throws(LedgerError) {
                try await ledger.commit(records, cursor: cursor)
                return .committed(records, next, .success(()))
            } catch {
                return .committed(records, next, .failure(.ledger(error)))
            }
        }
    }

    private var readyBytes: Int { ready.reduce(0) { $0 + $1.size } }

    /// Bodies from files by the settings' batch; JSON that came with pages, bounded by what is in hand, all at once.
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

    // MARK: Taking what came

    private mutating func take(_ event: Event) throws(CollectError) {
        switch event {
        case .listed(let source, let result):
            isListing = false
            self.source = source
            if failure == nil { receive(try result.get()) }
        case .compared(let result):
            defer { comparing = nil }
            if let comparing { admit(comparing, unknown: try result.get()) }
        case .fetched(let message, let result):
            fetching -= 1
            receive(try result.get(), of: message)
        case .offered(let batch, let result):
            isOffering = false
            // Kept in any case, so that its files are removed in the end.
            offered = (batch, (try? result.get()) ?? [:])
            _ = try result.get()
        case .delivered(let batch, let result):
            isDelivering = false
            for message in batch where message.file == nil { bytesInHand -= message.size }
            let records = try result.get()
            for (record, message) in zip(records, batch) where record.state == .delivered {
                summary.delivered += 1
                summary.bytes += message.size
            }
            settle(records)
        case .committed(let records, let cursor, let result):
            isCommitting = false
            hasFailedToCommit = (try? result.get()) == nil
            try result.get()
            self.cursor = cursor
            summary.receivedDateTime = cursor.receivedDateTime
            for record in records {
                inHand.remove(record.id)
                count(record)
            }
        }
    }

    private mutating func tell() {
        // A message fetched alone has cost most of its time; those of a page have only once they are delivered.
        let listed = (toCompare + [comparing].compactMap { $0 }).reduce(0) { $0 + $1.messages.count }
        let open = settings.content == .mime ? listed + toFetch.count + fetching : inHand.count
        report(summary, isRetrying ? nil : share.fraction(open: open, isSettled: inHand.isEmpty))
    }

    /// A page, less what is under way already.
    private mutating func receive(_ page: ListedPage) {
        summary.listed += page.messages.count
        share.add(page, isLast: source.isEnded)
        let messages = page.messages.filter { inHand.insert($0.id).inserted }
        bytesInHand += messages.reduce(0) { $0 + $1.size }
        toCompare.append(ListedPage(messages: messages, reached: page.reached))
    }

    private mutating func admit(_ page: ListedPage, unknown: Set<MessageID>) {
        progress.add(page.messages.map(\.id).filter(unknown.contains), reached: page.reached)
        for message in page.messages {
            guard unknown.contains(message.id) else {
                inHand.remove(message.id)
                bytesInHand -= message.size
                continue
            }
            if let arrived = message.arrived { ready.append(arrived) } else { toFetch.append(message) }
        }
    }

    private mutating func receive(_ outcome: BodyFetcher.Outcome, of message: ListedMessage) {
        let state: MessageRecord.State
        switch outcome {
        case .fetched(let fetched):
            if fetched.file == nil { bytesInHand += fetched.size }
            ready.append(fetched)
            return
        case .gone: state = .gone
        case .failed(let reason, let isItsOwn):
            let attempts =
                isItsOwn ? message.attempts + 1 : Swift.min(message.attempts + 1, settings.tries - 1)
            state = settings.state(afterFailing: reason, attempts: attempts, acknowledged: [], now: clock.now)
        }
        settle([MessageRecord(id: message.id, receivedDateTime: message.receivedDateTime, state: state)])
    }

    private mutating func settle(_ records: [MessageRecord]) {
        progress.settle(records.map(\.id))
        settled += records
    }

    private mutating func count(_ record: MessageRecord) {
        switch record.state {
        case .delivered, .skipped: break
        case .gone: summary.gone += 1
        case .deferred(let reason, let next, let attempts, _):
            summary.countDeferred(reason)
            log.info(
                "a message will be tried again",
                [
                    LogField("id", record.id), LogField("reason", reason), LogField("attempts", attempts),
                    LogField("next", GraphTime.text(next)),
                ])
        case .quarantined(let reason, _, let attempts, _):
            summary.countQuarantined(reason)
            log.warning(
                "a message was quarantined",
                [LogField("id", record.id), LogField("reason", reason), LogField("attempts", attempts)])
        }
    }
}
