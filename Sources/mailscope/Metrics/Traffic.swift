import MailscopeKit
import Synchronization

/// Counts what was asked of the services, and what came of it.
final class Traffic: Sendable {
    struct Key: Hashable {
        enum Service: String, CaseIterable { case graph, token }
        let service: Service
        /// A status, or why there was none.
        let result: String
    }

    private let counts = Mutex<(answers: [Key: Int], failures: [Key: Int])>(([:], [:]))

    func answered(_ service: Key.Service, status: Int) {
        counts.withLock { $0.answers[Key(service: service, result: "\(status)"), default: 0] += 1 }
    }

    func failed(_ service: Key.Service, _ error: TransportError) {
        guard let reason = error.label else { return }
        counts.withLock { $0.failures[Key(service: service, result: reason), default: 0] += 1 }
    }

    func add(to metrics: inout MetricsText) {
        let (answers, failures) = counts.withLock { $0 }
        metrics.add(
            "mailscope_requests_total", "Answers of the services, by status.", as: .counter,
            Self.sorted(answers).map { key, count in
                .init(labels: ["service": key.service.rawValue, "status": key.result], value: Double(count))
            })
        metrics.add(
            "mailscope_request_failures_total", "Requests that got no answer, by reason.", as: .counter,
            Self.sorted(failures).map { key, count in
                .init(labels: ["service": key.service.rawValue, "reason": key.result], value: Double(count))
            })
        metrics.add(
            "mailscope_throttled_total", "Answers that asked to wait (429).", as: .counter,
            Key.Service.allCases.map { service in
                .init(
                    labels: ["service": service.rawValue],
                    value: Double(answers[Key(service: service, result: "429")] ?? 0))
            })
    }

    private static func sorted(_ counts: [Key: Int]) -> [(Key, Int)] {
        counts.sorted { ($0.key.service.rawValue, $0.key.result) < ($1.key.service.rawValue, $1.key.result) }
            .map { ($0.key, $0.value) }
    }
}

extension TransportError {
    /// In one word; nil where nothing failed but we stopped.
    fileprivate var label: String? {
        switch self {
        case .nameNotResolved: "name"
        case .notConnected: "connection"
        case .notTrusted: "trust"
        case .timedOut: "timeout"
        case .broken: "broken"
        case .proxy: "proxy"
        case .tooLarge: "too-large"
        case .invalidRequest: "invalid"
        case .cancelled: nil
        }
    }
}
