import MailscopeKit
import Synchronization

/// Whether a sink has something in hand, so that whoever waits for sinks waits no longer than for them.
final class BusySinks: Sendable {
    private let count = Atomic(0)

    var isBusy: Bool { count.load(ordering: .acquiring) > 0 }

    /// The same sink, counted while it delivers.
    func watched(_ sink: any MessageSink) -> any MessageSink { WatchedSink(sink: sink, busy: self) }

    fileprivate func deliver(
        _ batch: [DeliverableMessage], to sink: any MessageSink
    ) async throws(SinkError) -> [DeliveryOutcome] {
        count.add(1, ordering: .acquiringAndReleasing)
        defer { count.subtract(1, ordering: .acquiringAndReleasing) }
        return try await sink.deliver(batch)
    }
}

private struct WatchedSink: MessageSink {
    let sink: any MessageSink
    let busy: BusySinks

    var name: String { sink.name }
    var accepts: Set<MessageContent> { sink.accepts }

    func deliver(_ batch: [DeliverableMessage]) async throws(SinkError) -> [DeliveryOutcome] {
        try await busy.deliver(batch, to: sink)
    }

    func close() async { await sink.close() }
}
