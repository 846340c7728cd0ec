internal import FoundationEssentials

/// Gives messages to all sinks at once, and says what became of each. The ledger's commit is the caller's.
struct Deliverer: Sendable {
    let sinks: [any MessageSink]
    let ledger: any Ledger
    let clock: any HostClock
    let settings: CollectionSettings

    /// Notes in the ledger that the sinks are about to be asked; comes before ``deliver(_:_:)``.
    func offer(_ batch: [FetchedMessage]) async throws(CollectError) -> [MessageID: EarlierOffer] {
        do { return try await ledger.offer(batch.map(\.id)) } catch { throw .ledger(error) }
    }

    /// - Parameters:
    ///   - batch: which messages.
    ///   - offers: what ``offer(_:)`` said of them.
    /// - Returns: a record for each message, in the same order.
    /// - Throws: ``CollectError/sink(_:)`` when a sink takes nothing: what others took is remembered, and no message
    ///   is held against. ``CollectError/cancelled`` when a sink was interrupted: likewise.
    ///   ``CollectError/ledger(_:)``.
    func deliver(
        _ batch: [FetchedMessage], _ offers: [MessageID: EarlierOffer]
    ) async throws(CollectError) -> [MessageRecord] {
        var acknowledged = offers.mapValues(\.acknowledged)
        var reasons: [MessageID: String] = [:]
        var failure: SinkError?
        var isInterrupted = false
        for answer in await ask(batch, offers) {
            switch answer.outcomes {
            case .failure(let error): failure = failure ?? error
            case .success(let outcomes):
                for (id, outcome) in zip(answer.ids, outcomes) {
                    switch outcome {
                    case .delivered: acknowledged[id, default: []].insert(answer.sink)
                    case .deferred(let reason), .refused(let reason):
                        if reasons[id] == nil { reasons[id] = "\(answer.sink): \(reason)" }
                    case .untried: isInterrupted = true
                    }
                }
            }
        }
        if failure != nil || isInterrupted {
            try await remember(acknowledged, offers)
            throw failure.map { .sink($0) } ?? .cancelled
        }
        return batch.map { message in
            let have = acknowledged[message.id] ?? []
            let state: MessageRecord.State =
                if let reason = reasons[message.id] {
                    settings.state(
                        afterFailing: reason, attempts: (offers[message.id]?.attempts ?? 0) + 1,
                        acknowledged: have,
                        now: clock.now)
                } else { .delivered }
            return MessageRecord(id: message.id, receivedDateTime: message.receivedDateTime, state: state)
        }
    }

    private struct Answer {
        let sink: String
        let ids: [MessageID]
        let outcomes: Result<[DeliveryOutcome], SinkError>
    }

    /// Asks each sink for what it has not acknowledged.
    private func ask(_ batch: [FetchedMessage], _ offers: [MessageID: EarlierOffer]) async -> [Answer] {
        await withTaskGroup(of: Answer.self) { group in
            for sink in sinks {
                let wanted = batch.filter { offers[$0.id]?.acknowledged.contains(sink.name) != true }
                guard !wanted.isEmpty else { continue }
                let messages = wanted.map { message in
                    DeliverableMessage(
                        id: message.id, receivedDateTime: message.receivedDateTime, content: settings.content,
                        body: message.body, mayBeRepeated: offers[message.id]?.wasOffered ?? false,
                        attempt: offers[message.id]?.attempts ?? 0)
                }
                group.addTask {
                    Answer(sink: sink.name, ids: wanted.map(\.id), outcomes: await Self.ask(sink, messages))
                }
            }
            var answers: [Answer] = []
            for await answer in group { answers.append(answer) }
            // By the owner's order, so that the reason kept is always the same one.
            let order = sinks.map(\.name)
            return answers.sorted {
                (order.firstIndex(of: $0.sink) ?? 0) < (order.firstIndex(of: $1.sink) ?? 0)
            }
        }
    }

    private static func ask(
        _ sink: any MessageSink, _ messages: [DeliverableMessage]
    ) async -> Result<[DeliveryOutcome], SinkError> {
        do throws(SinkError) {
            let outcomes = try await sink.deliver(messages)
            guard outcomes.count == messages.count else {
                throw SinkError(
                    sink: sink.name, reason: "it answered for \(outcomes.count) of \(messages.count) messages"
                )
            }
            return .success(outcomes)
        } catch {
            return .failure(error)
        }
    }

    private func remember(
        _ acknowledged: [MessageID: Set<String>], _ offers: [MessageID: EarlierOffer]
    ) async throws(CollectError) {
        for sink in sinks {
            let ids = acknowledged.filter {
                $0.value.contains(sink.name) && offers[$0.key]?.acknowledged.contains(sink.name) != true
            }.map(\.key)
            guard !ids.isEmpty else { continue }
            do { try await ledger.acknowledge(ids, by: sink.name) } catch { throw .ledger(error) }
        }
    }
}

extension CollectionSettings {
    /// What becomes of a message after it failed: another try, or the quarantine.
    func state(
        afterFailing reason: String, attempts: Int, acknowledged: Set<String>, now: Date
    ) -> MessageRecord.State {
        guard attempts < tries else {
            return .quarantined(reason: reason, since: now, attempts: attempts, acknowledged: acknowledged)
        }
        return .deferred(
            reason: reason, next: now + wait(after: attempts).seconds, attempts: attempts,
            acknowledged: acknowledged)
    }
}
