import MailscopeKit

/// What `run` and `fetch` work with.
struct Collecting: Sendable {
    let collector: Collector
    let ledger: any Ledger
    let care: CertificateCare
    let preparation: Preparation
    let tokens: any AccessTokenSource
    let gate: RequestGate
}

/// What a collector needs and touches nothing that another one uses.
struct Preparation: Sendable {
    let identity: AppIdentity
    let transport: any HTTPTransport
}

/// Who watches a collector at work, and steers it.
struct CollectingCompany: Sendable {
    /// Counts its requests; nil where nobody does.
    var traffic: Traffic?
    /// Knows when sinks have something in hand; nil where nobody asks.
    var sinks: BusySinks?
    var progress: @Sendable (CollectionProgress) -> Void
    /// See ``Collector``.
    var isEnding: @Sendable () -> Bool = { false }
}
