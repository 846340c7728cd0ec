internal import FoundationEssentials

extension Collector {
    /// Where this pass begins. When the owner asks for more of the past than before, the walk begins anew; what is
    /// known already is not delivered again.
    func opened() async throws(CollectError) -> CollectionCursor {
        let stored: CollectionCursor?
        do throws(LedgerError) { stored = try await ledger.cursor() } catch { throw .ledger(error) }
        guard stored?.origin != settings.origin else { return stored ?? CollectionCursor() }
        var cursor = stored ?? CollectionCursor()
        let isSamePlace = stored?.origin.map { $0.hasPrefix(settings.place) } ?? false
        cursor.origin = settings.origin
        switch settings.start {
        case .now where isSamePlace: break
        case .now:
            let moment = GraphTime.text(clock.now)
            cursor.receivedDateTime = moment
            cursor.floor = GraphTime.shifted(moment, by: .zero - settings.overlap)
            cursor.isBackfilled = false
        case .since(let floor) where isSamePlace && floor >= cursor.floor ?? "":
            cursor.floor = floor
            cursor.receivedDateTime = cursor.receivedDateTime.map { Swift.max($0, floor) }
        case .since, .all:
            cursor.floor = if case .since(let floor) = settings.start { floor } else { nil }
            cursor.receivedDateTime = nil
            cursor.isBackfilled = false
            do throws(LedgerError) { try await ledger.forgetSkipped() } catch { throw .ledger(error) }
        }
        if stored != nil { log.notice("what to collect has changed", [LogField("now", settings.wish)]) }
        try await commit([], cursor)
        return cursor
    }
}

extension CollectionSettings {
    /// The part of ``origin`` that names the folder. `|` is in no folder's name or id.
    var place: String { "\(folder)|" }

    /// What was asked for, for a person.
    var wish: String {
        let what =
            switch start {
            case .all: "all messages"
            case .since(let moment): "messages received since \(moment)"
            case .now: "messages that arrive from now on"
            }
        return what + (folder.isEmpty ? "" : " in the folder \(folder)")
    }

    /// What was asked for, as the cursor remembers it.
    var origin: String {
        switch start {
        case .all: place + "all"
        case .since(let moment): place + "since \(moment)"
        case .now: place + "now"
        }
    }
}
