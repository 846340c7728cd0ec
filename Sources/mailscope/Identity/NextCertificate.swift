import FoundationEssentials
import MailscopeKit

/// The certificate that is to take over, and how far it has come; remembered in the ledger for `status`.
struct NextCertificate: Sendable, Equatable {
    enum Standing: String, Sendable {
        /// The directory was not asked yet.
        case untried
        /// The directory does not take it.
        case refused
        /// The directory takes it; it may be that not all of its servers know it.
        case accepted
        /// The directory has taken it for ``settling`` without a refusal: the current one may go.
        case settled
    }

    /// SHA-1, 40 hexadecimal digits.
    let thumbprint: String
    let notAfter: Date
    private(set) var standing: Standing
    /// When ``standing`` began; for ``Standing/settled`` when the directory first took it.
    private(set) var since: Date

    /// What is uploaded reaches all servers of the directory within minutes, without a promise; an hour is patient.
    static let settling: TimeInterval = 3_600

    init(_ facts: CertificateFacts, now: Date) {
        thumbprint = facts.sha1Hex
        notAfter = facts.notAfter
        standing = .untried
        since = now
    }

    /// Reads ``text``.
    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 4, let standing = Standing(rawValue: words[1]),
            let since = UTCMoment.parse(words[2]), let notAfter = UTCMoment.parse(words[3])
        else { return nil }
        thumbprint = words[0]
        self.standing = standing
        self.since = since
        self.notAfter = notAfter
    }

    /// `THUMBPRINT accepted 2026-01-31T09:30:00Z 2027-01-31T09:30:00Z`
    var text: String {
        "\(thumbprint) \(standing.rawValue) \(UTCMoment.text(since)) \(UTCMoment.text(notAfter))"
    }

    var isInUse: Bool { standing == .accepted || standing == .settled }

    /// The directory has answered.
    mutating func hear(isAccepted: Bool, now: Date) {
        switch (isAccepted, standing) {
        case (false, .refused), (true, .settled): break
        case (false, _): (standing, since) = (.refused, now)
        case (true, .untried), (true, .refused): (standing, since) = (.accepted, now)
        case (true, .accepted):
            // A clock that was set back must not make it wait for years.
            if abs(now.timeIntervalSince(since)) >= Self.settling { standing = .settled }
        }
    }

    /// For a person.
    var words: String {
        let end = "until \(UTCMoment.text(notAfter)), thumbprint \(thumbprint); "
        switch standing {
        case .untried: return end + "not tried yet"
        case .refused: return end + "the directory does not take it yet"
        case .accepted:
            return end + "in use since \(UTCMoment.text(since)), leave the current one in place for now"
        case .settled: return end + "in use since \(UTCMoment.text(since)), the current one may go"
        }
    }
}
