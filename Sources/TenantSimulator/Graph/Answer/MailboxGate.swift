import Synchronization

/// Counts requests of each app on each mailbox: those in flight, and those of the last ten minutes.
///
/// Source: the sheet on Graph, "Throttling". Refused requests count too ("usage keeps being counted").
final class MailboxGate: Sendable {
    struct Lane: Hashable, Sendable {
        let appID: String
        let mailbox: String
    }

    private struct Usage {
        var inFlight = 0
        /// Requests of each ten seconds, by the number of those ten seconds since 1970.
        var slices: [(number: Int, count: Int)] = []
    }

    private let usages = Mutex<[Lane: Usage]>([:])

    /// Takes a lane, to be given back with ``leave(_:)``.
    ///
    /// - Throws: 429.
    func enter(_ lane: Lane, now: UTCTime, _ switches: GraphSwitches) throws(GraphError) {
        let refusal: GraphError? = usages.withLock { usages in
            var usage = usages[lane, default: Usage()]
            defer { usages[lane] = usage }
            let slice = now.seconds / 10
            usage.slices.removeAll { $0.number <= slice - 60 || $0.number > slice }
            if usage.slices.last?.number == slice {
                usage.slices[usage.slices.count - 1].count += 1
            } else {
                usage.slices.append((slice, 1))
            }
            let total = usage.slices.reduce(0) { $0 + $1.count }
            if switches.requestLimit > 0, total > switches.requestLimit {
                return .tooMany(retryAfter: ((usage.slices.first?.number ?? slice) + 60) * 10 - now.seconds)
            }
            if switches.concurrencyLimit > 0, usage.inFlight >= switches.concurrencyLimit {
                return .tooManyInFlight
            }
            usage.inFlight += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    func leave(_ lane: Lane) { usages.withLock { $0[lane]?.inFlight -= 1 } }
}
