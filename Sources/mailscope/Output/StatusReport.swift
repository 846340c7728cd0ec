import FoundationEssentials
import MailscopeKit

/// The answer of `status`.
struct StatusReport: Encodable {
    let mailbox: String
    /// The last pass that went well.
    let lastPass: Date?
    let lastPassStarted: Date?
    let lastError: String?
    let failingSince: Date?
    /// Seconds since the last pass that went well.
    let lagSeconds: Int?
    let collectedUpTo: String?
    let isBackfilled: Bool
    let reconciled: Date?
    let delivered: Int
    let deferred: Int
    /// When the next of the deferred messages is tried again.
    let nextTry: Date?
    let quarantined: Int
    let gone: Int
    let skipped: Int
    /// In the last ten minutes.
    let requests: Int
    let requestBudget: Int
    let certificateExpires: Date?
    let certificateDaysLeft: Int?
    let nextCertificate: Renewal?
    /// Of the last `verify-scope` that could note it here.
    let lastVerdict: String?
    let lastVerdictReached: Date?
    /// What will need somebody's care before long.
    let warnings: [String]
    /// What is wrong; empty where all is well.
    let troubles: [String]
    /// The same with what to do; nil where all is well.
    let failure: Failure?

    private enum CodingKeys: CodingKey {
        case mailbox, lastPass, lastPassStarted, lastError, failingSince, lagSeconds, collectedUpTo,
            isBackfilled
        case reconciled, delivered, deferred, nextTry, quarantined, gone, skipped, requests, requestBudget
        case certificateExpires, certificateDaysLeft, nextCertificate, lastVerdict, lastVerdictReached,
            warnings,
            troubles
    }

    /// The certificate that is to take over.
    struct Renewal: Encodable {
        let thumbprint: String
        let expires: Date
        /// `untried`, `refused`, `accepted` or `settled`, and since when.
        let standing: String
        let since: Date
        let words: String

        private enum CodingKeys: CodingKey { case thumbprint, expires, standing, since }

        init(_ next: NextCertificate) {
            thumbprint = next.thumbprint
            expires = next.notAfter
            standing = next.standing.rawValue
            since = next.since
            words = next.words
        }
    }

    init(_ ledger: any Ledger, _ configuration: Configuration, now: Date) async throws(LedgerError) {
        mailbox = try await ledger.note(.mailbox) ?? configuration.mailbox
        lastPass = try await ledger.note(.lastPassFinished).flatMap(UTCMoment.parse)
        lastPassStarted = try await ledger.note(.lastPassStarted).flatMap(UTCMoment.parse)
        lastError = try await ledger.note(.lastError)
        failingSince = try await ledger.note(.failingSince).flatMap(UTCMoment.parse)
        lagSeconds = lastPass.map { Int(now.timeIntervalSince($0)) }
        let cursor = try await ledger.cursor()
        collectedUpTo = cursor?.receivedDateTime
        isBackfilled = cursor?.isBackfilled ?? false
        reconciled = cursor?.reconciled
        let counts = try await ledger.counts()
        delivered = counts.delivered
        deferred = counts.deferred
        nextTry = counts.deferred > 0 ? try await ledger.nextDue() : nil
        quarantined = counts.quarantined
        gone = counts.gone
        skipped = counts.skipped
        requests = try await ledger.bookings(since: now - 600).reduce(0) { $0 + $1.count }
        requestBudget = configuration.limits.budget
        certificateExpires = try await ledger.note(.certificateNotAfter).flatMap(UTCMoment.parse)
        certificateDaysLeft = certificateExpires.map {
            Int(($0.timeIntervalSince(now) / 86_400).rounded(.down))
        }
        let next = try await ledger.note(.nextCertificate).flatMap { NextCertificate($0) }
        nextCertificate = next.map { Renewal($0) }
        let outlook = certificateExpires.map { CertificateOutlook(currentNotAfter: $0, next: next, now: now) }
        warnings = [outlook?.warning].compactMap(\.self)
        lastVerdict = try await ledger.note(.lastVerdict)
        lastVerdictReached = try await ledger.note(.lastVerdictReached).flatMap(UTCMoment.parse)
        // A pass may be long, and cron may be slower than the daemon: an hour is no reason to worry.
        let patience = Swift.max(configuration.poll * 10, .seconds(3_600))
        let complaints = [
            Self.complaint(lastError: lastError, lagSeconds: lagSeconds, patience: patience),
            Self.complaint(quarantined: quarantined),
        ].compactMap(\.self)
        troubles = complaints.map(\.message)
        failure = complaints.isEmpty ? nil : Failure(.failed, complaints)
    }

    var text: String {
        let pass = lastPass.map { "\(UTCMoment.text($0)), \(Quantity.time(.seconds(lagSeconds ?? 0))) ago" }
        let others = [
            gone > 0 ? "\(Quantity.number(gone)) deleted before they could be fetched" : nil,
            skipped > 0 ? "\(Quantity.number(skipped)) older than the start" : nil,
        ].compactMap(\.self)
        return Table.facts([
            ("mailbox", mailbox), ("last pass", pass ?? "none has ended well yet"),
            ("last error", lastError), ("failing since", failingSince.map(UTCMoment.text)),
            (
                "collected up to",
                collectedUpTo.map { $0 + (isBackfilled ? "" : ", the past is still being fetched") }
            ),
            ("delivered", Quantity.count(delivered, "message")),
            ("to be tried again", deferred == 0 ? nil : deferredText),
            ("besides", others.isEmpty ? nil : others.joined(separator: ", ")),
            ("quarantine", quarantined == 0 ? "empty" : Quantity.count(quarantined, "message")),
            ("requests", "\(Quantity.number(requests)) of \(Quantity.number(requestBudget)) in ten minutes"),
            (
                "certificate",
                certificateExpires.map {
                    "until \(UTCMoment.text($0)), \(certificateDaysLeft ?? 0) days left"
                }
            ), ("next certificate", nextCertificate?.words),
            (
                "last proof",
                lastVerdict.map { $0 + (lastVerdictReached.map { ", \(UTCMoment.text($0))" } ?? "") }
            ),
        ])
    }

    private var deferredText: String {
        Quantity.count(deferred, "message") + (nextTry.map { ", the next at \(UTCMoment.text($0))" } ?? "")
    }

    private static func complaint(
        lastError: String?, lagSeconds: Int?, patience: Duration
    ) -> Failure.Complaint? {
        if let lastError {
            return Failure.Complaint(
                message: "the last pass failed: \(lastError)",
                hints: [
                    "'mailscope fetch --log-level debug' shows more, or the daemon's log: journalctl -u mailscope"
                ])
        }
        guard let lagSeconds else {
            return Failure.Complaint(
                message: "no pass has ended well yet", hints: ["run 'mailscope fetch'"])
        }
        guard .seconds(lagSeconds) > patience else { return nil }
        return Failure.Complaint(
            message: "no pass has ended for \(Quantity.time(.seconds(lagSeconds)))",
            hints: ["is the daemon running? systemctl status mailscope"])
    }

    private static func complaint(quarantined: Int) -> Failure.Complaint? {
        guard quarantined > 0 else { return nil }
        return Failure.Complaint(
            message: "\(Quantity.count(quarantined, "message")) in quarantine",
            hints: ["see 'mailscope quarantine list'; 'mailscope quarantine retry' has them tried again"])
    }
}
