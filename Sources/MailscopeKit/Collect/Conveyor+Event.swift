extension Conveyor {
    /// What has come to its end, for the loop that starts what there is room for then.
    enum Event: Sendable {
        case listed(MessageSource, Result<ListedPage, CollectError>)
        case compared(Result<Set<MessageID>, CollectError>)
        case fetched(ListedMessage, Result<BodyFetcher.Outcome, CollectError>)
        case offered([FetchedMessage], Result<[MessageID: EarlierOffer], CollectError>)
        case delivered([FetchedMessage], Result<[MessageRecord], CollectError>)
        case committed([MessageRecord], CollectionCursor, Result<Void, CollectError>)
    }
}
