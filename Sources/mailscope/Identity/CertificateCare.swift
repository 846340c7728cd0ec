import FoundationEssentials
import MailscopeKit
import Synchronization

/// Tells how a renewal goes and that a certificate expires: in the log when something changes and once a day at most,
/// and in the ledger for `status`.
final class CertificateCare: Sendable {
    private struct State {
        var next: NextCertificate?
        /// What the ledger has of it.
        var noted: NextCertificate?
        /// When the log last told of an end that is near.
        var warned: Date?
    }
    private let current: CertificateFacts
    private let ledger: any Ledger
    private let clock: any HostClock
    private let log: Log
    private let state: Mutex<State>

    private static let day: TimeInterval = 86_400

    /// Goes on from what the ledger remembers.
    ///
    /// - Throws: ``LedgerError``.
    init(
        current: CertificateFacts, next: CertificateFacts?, ledger: any Ledger, clock: any HostClock, log: Log
    ) async throws(LedgerError) {
        self.current = current
        self.ledger = ledger
        self.clock = clock
        self.log = log
        let noted = try await ledger.note(.nextCertificate).flatMap { NextCertificate($0) }
        let warned = try await ledger.note(.certificateWarned).flatMap(UTCMoment.parse)
        let fresh = next.map { NextCertificate($0, now: clock.now) }
        let isSame = noted?.thumbprint == fresh?.thumbprint
        state = Mutex(State(next: isSame ? noted : fresh, noted: noted, warned: warned))
        try await ledger.note(.certificateNotAfter, UTCMoment.text(current.notAfter))
        if !isSame { try await ledger.note(.nextCertificate, fresh?.text) }
    }

    /// The directory has answered to the next certificate.
    func hear(_ answer: NextCertificateAnswer) {
        let refusal: TokenError? = if case .refused(let error) = answer { error } else { nil }
        let (before, after) = state.withLock { [now = clock.now] state in
            let before = state.next
            state.next?.hear(isAccepted: refusal == nil, now: now)
            return (before, state.next)
        }
        guard let before, let after, before.standing != after.standing else { return }
        let thumbprint = LogField("thumbprint", after.thumbprint)
        switch after.standing {
        case .untried: break
        case .refused:
            let fields = [thumbprint] + (refusal.map { [LogField("reason", $0)] } ?? [])
            if before.isInUse {
                log.warning(
                    "the directory takes the next certificate no more, the current one is used", fields)
            } else {
                log.notice(
                    "the directory does not take the next certificate yet, the current one is used", fields)
            }
        case .accepted:
            log.notice(
                "the directory takes the next certificate; leave the current one in place for now",
                [thumbprint])
        case .settled:
            log.notice(
                "the current certificate may go: make the next pair 'key' and 'file' in the configuration, restart, then let IT remove the old one",
                [thumbprint, LogField("old-thumbprint", current.sha1Hex)])
        }
    }

    /// Notes what has changed, and warns where it is time. Called after each pass.
    func look() async {
        let now = clock.now
        let (state, outlook) = state.withLock { state in
            (state, CertificateOutlook(currentNotAfter: current.notAfter, next: state.next, now: now))
        }
        // A ledger that fails is told of by the pass.
        if state.next != state.noted, (try? await ledger.note(.nextCertificate, state.next?.text)) != nil {
            self.state.withLock { $0.noted = state.next }
        }
        if let warned = state.warned, warned <= now, now < warned + Self.day { return }
        switch outlook {
        case .fine: return
        case .renew(let days):
            log.warning(
                "the certificate expires soon; 'mailscope certificate renew' makes the next one",
                [LogField("days", days)])
        case .upload(let days):
            log.warning(
                "the certificate expires soon, and the directory does not take the next one yet",
                [LogField("days", days)])
        case .finish:
            log.warning(
                "the current certificate expires soon: make the next pair 'key' and 'file' in the configuration"
            )
        case .expired:
            log.error("the certificate has expired; 'mailscope certificate renew' makes the next one")
        }
        self.state.withLock { $0.warned = now }
        try? await ledger.note(.certificateWarned, UTCMoment.text(now))
    }
}
