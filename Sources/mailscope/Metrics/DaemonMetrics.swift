import FoundationEssentials
import LinuxHost
import MailscopeKit
import Synchronization
import Verification

/// What the daemon's metrics are made from. Counters begin with the process; the rest is what `status` says.
final class DaemonMetrics: Sendable {
    private struct State {
        var delivered = 0
        var bytes = 0
        var quarantined = 0
        /// Of the pass under way, or the last one; not yet in the counters above.
        var pass = PassSummary()
        var looksThatWentWell = 0
        var looksThatFailed = 0
        /// The last look of this run that went well.
        var lastLook: Date?
        var isFailing: Bool?
        var reloadsTaken = 0
        var reloadsRefused = 0
        var isReady = false
        var configured: Date
        var status: StatusReport?
        var tokenExpiry: Date?
        var gate: RequestGate?
    }

    let traffic = Traffic()
    private let started: Date
    private let clock: any HostClock
    private let state: Mutex<State>

    init(clock: any HostClock) {
        self.clock = clock
        started = clock.now
        state = Mutex(State(configured: clock.now))
    }

    // MARK: What happens

    /// A pass begins.
    func begin() { progress(PassSummary(), isNew: true) }

    func progress(_ summary: PassSummary) { progress(summary, isNew: false) }

    private func progress(_ summary: PassSummary, isNew: Bool) {
        state.withLock { state in
            if isNew {
                state.delivered += state.pass.delivered
                state.bytes += state.pass.bytes
                state.quarantined += state.pass.quarantined
            }
            state.pass = summary
        }
    }

    func looked(well: Bool) {
        let now = clock.now
        state.withLock { state in
            state.isFailing = !well
            if well { state.lastLook = now }
            if well { state.looksThatWentWell += 1 } else { state.looksThatFailed += 1 }
            state.isReady = state.isReady || well
        }
    }

    func reloaded(taken: Bool) {
        let now = clock.now
        state.withLock { state in
            if taken {
                state.reloadsTaken += 1
                state.configured = now
            } else {
                state.reloadsRefused += 1
            }
        }
    }

    func refresh(status: StatusReport?, tokenExpiry: Date?, gate: RequestGate) {
        state.withLock { state in
            // A ledger that cannot be read now leaves what was known.
            state.status = status ?? state.status
            state.tokenExpiry = tokenExpiry
            state.gate = gate
        }
    }

    // MARK: What is told

    /// All of it, in Prometheus' text format, with the mailbox as a label: one host may have many.
    func text(mailbox: String) -> String {
        let state = state.withLock { $0 }
        var metrics = MetricsText(labels: ["mailbox": mailbox])
        process(state, &metrics)
        looks(state, &metrics)
        messages(state, &metrics)
        traffic.add(to: &metrics)
        budget(state, &metrics)
        identity(state, &metrics)
        proof(state, &metrics)
        return metrics.text
    }

    private func process(_ state: State, _ metrics: inout MetricsText) {
        metrics.add(
            "mailscope_build_info", "The program's version.",
            [.init(labels: ["version": Program.version], value: 1)])
        metrics.add(
            "mailscope_start_timestamp_seconds", "When the daemon started.", started.timeIntervalSince1970)
        metrics.add(
            "mailscope_resident_memory_bytes", "Memory that the daemon holds.",
            ProcessFacts.residentMemory.map(Double.init))
        metrics.add(
            "mailscope_configuration_timestamp_seconds", "When the configuration in force was read.",
            state.configured.timeIntervalSince1970)
        metrics.add(
            "mailscope_reloads_total", "Configurations read again, by what became of them.", as: .counter,
            [
                .init(labels: ["result": "taken"], value: Double(state.reloadsTaken)),
                .init(labels: ["result": "refused"], value: Double(state.reloadsRefused)),
            ])
    }

    private func looks(_ state: State, _ metrics: inout MetricsText) {
        metrics.add(
            "mailscope_ready", "1 once a look at the mailbox has gone well since the start.",
            state.isReady ? 1 : 0)
        metrics.add(
            "mailscope_looks_total", "Looks at the mailbox, by how they ended.", as: .counter,
            [
                .init(labels: ["result": "well"], value: Double(state.looksThatWentWell)),
                .init(labels: ["result": "failed"], value: Double(state.looksThatFailed)),
            ])
        let last = state.lastLook ?? state.status?.lastPass
        metrics.add(
            "mailscope_last_look_timestamp_seconds", "When the last look that went well ended.",
            last?.timeIntervalSince1970)
        metrics.add(
            "mailscope_lag_seconds", "How long ago that was.",
            last.map { Swift.max(0, clock.now.timeIntervalSince($0)) })
        metrics.add(
            "mailscope_failing", "1 where the last look failed.",
            (state.isFailing ?? state.status.map { $0.lastError != nil }).map { $0 ? 1 : 0 })
        metrics.add(
            "mailscope_collected_up_to_timestamp_seconds", "The mailbox is collected up to this moment.",
            state.status?.collectedUpTo.flatMap(UTCMoment.parse)?.timeIntervalSince1970)
        metrics.add(
            "mailscope_backfilled", "1 once the past that was asked for is collected.",
            state.status.map { $0.isBackfilled ? 1 : 0 })
    }

    private func messages(_ state: State, _ metrics: inout MetricsText) {
        metrics.add(
            "mailscope_delivered_messages_total", "Messages delivered.", as: .counter,
            Double(state.delivered + state.pass.delivered))
        metrics.add(
            "mailscope_delivered_bytes_total", "Bytes of the messages delivered.", as: .counter,
            Double(state.bytes + state.pass.bytes))
        metrics.add(
            "mailscope_quarantined_messages_total", "Messages set aside.", as: .counter,
            Double(state.quarantined + state.pass.quarantined))
        guard let status = state.status else { return }
        let counts = [
            ("delivered", status.delivered), ("deferred", status.deferred),
            ("quarantined", status.quarantined), ("gone", status.gone), ("skipped", status.skipped),
        ]
        metrics.add(
            "mailscope_messages", "Messages that the ledger knows, by state.",
            counts.map { .init(labels: ["state": $0], value: Double($1)) })
    }

    private func budget(_ state: State, _ metrics: inout MetricsText) {
        guard let gate = state.gate?.snapshot() else { return }
        metrics.add(
            "mailscope_request_budget", "Requests that are allowed in ten minutes.", Double(gate.budget))
        metrics.add(
            "mailscope_request_budget_left", "Requests that are left of them now.",
            Double(Swift.max(0, gate.budget - gate.used)))
        metrics.add("mailscope_requests_in_flight", "Requests under way.", Double(gate.inFlight))
        metrics.add(
            "mailscope_pause_seconds", "How long the service still wants to be left alone.",
            gate.fenceUntil.map { Swift.max(0, $0.timeIntervalSince(clock.now)) } ?? 0)
    }

    private func identity(_ state: State, _ metrics: inout MetricsText) {
        metrics.add(
            "mailscope_token_expiry_timestamp_seconds", "When the access token expires.",
            state.tokenExpiry?.timeIntervalSince1970)
        metrics.add(
            "mailscope_certificate_expiry_timestamp_seconds", "When a certificate of the app expires.",
            [
                ("current", state.status?.certificateExpires),
                ("next", state.status?.nextCertificate?.expires),
            ].compactMap { certificate, expires in
                expires.map {
                    .init(labels: ["certificate": certificate], value: $0.timeIntervalSince1970)
                }
            })
    }

    private func proof(_ state: State, _ metrics: inout MetricsText) {
        guard let verdict = state.status?.lastVerdict else { return }
        metrics.add(
            VerificationMetrics.verdictName, VerificationMetrics.verdictHelp,
            Verdict.allCases.map {
                .init(labels: ["verdict": $0.rawValue], value: $0.rawValue == verdict ? 1 : 0)
            })
        metrics.add(
            VerificationMetrics.lastRunName, VerificationMetrics.lastRunHelp,
            state.status?.lastVerdictReached?.timeIntervalSince1970)
    }
}
