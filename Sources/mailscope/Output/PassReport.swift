import FoundationEssentials
import MailscopeKit

/// What a pass did: one line for a person, the same facts for machines.
struct PassReport: Encodable {
    let delivered: Int
    let bytes: Int
    let deferred: Int
    let quarantined: Int
    let gone: Int
    let skipped: Int
    let requests: Int
    let seconds: Double
    let collectedUpTo: String?

    init(_ summary: PassSummary) {
        delivered = summary.delivered
        bytes = summary.bytes
        deferred = summary.deferred
        quarantined = summary.quarantined
        gone = summary.gone
        skipped = summary.skipped
        requests = summary.requests
        seconds = (summary.duration.seconds * 1_000).rounded() / 1_000
        collectedUpTo = summary.receivedDateTime
    }

    /// Whether there is something to tell.
    var isQuiet: Bool { delivered + deferred + quarantined + gone + skipped == 0 }

    var text: String {
        var parts = ["\(Quantity.count(delivered, "message")) delivered (\(Quantity.bytes(bytes)))"]
        if deferred > 0 { parts.append("\(Quantity.number(deferred)) to be tried again") }
        if quarantined > 0 {
            parts.append("\(Quantity.number(quarantined)) set aside, see 'mailscope quarantine list'")
        }
        if gone > 0 { parts.append("\(Quantity.number(gone)) deleted before they could be fetched") }
        if skipped > 0 { parts.append("\(Quantity.number(skipped)) older than the start") }
        return parts.joined(separator: ", ") + ", in \(Quantity.time(.seconds(seconds)))"
    }
}
