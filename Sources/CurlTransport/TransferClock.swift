internal import CCurl
internal import MailscopeKit

/// Watches the deadlines of one transfer that libcurl does not: silence, and the whole.
///
/// libcurl's own speed limit is an average over seconds and counts a pause of ours as the server's silence.
struct TransferClock {
    private let deadlines: HTTPDeadlines
    let start: ContinuousClock.Instant
    private var lastByte: ContinuousClock.Instant
    private var counted = -1
    private var isConnected = false

    init(deadlines: HTTPDeadlines, start: ContinuousClock.Instant) {
        self.deadlines = deadlines
        self.start = start
        lastByte = start
    }

    /// Notes that something moved: bytes in either direction, counted by `total`.
    mutating func observe(total: Int, isConnected: Bool, isPaused: Bool, now: ContinuousClock.Instant) {
        let isNews = total != counted || isConnected != self.isConnected
        self.isConnected = isConnected
        counted = total
        if isNews || isPaused { lastByte = now }
    }

    /// The silence so far was ours.
    mutating func resume(_ now: ContinuousClock.Instant) { lastByte = now }

    /// When a deadline passes if nothing moves until then. Connecting has libcurl's own.
    var next: ContinuousClock.Instant? {
        let whole = deadlines.whole.map { start + $0 }
        let silence = isConnected ? lastByte + deadlines.stall : nil
        guard let whole, let silence else { return whole ?? silence }
        return Swift.min(whole, silence)
    }

    /// The deadline that has passed, and its length.
    func passed(_ now: ContinuousClock.Instant) -> (after: Duration, detail: String)? {
        if let whole = deadlines.whole, now >= start + whole {
            return (whole, "the whole request took longer")
        }
        if isConnected, now >= lastByte + deadlines.stall { return (deadlines.stall, "no byte came or went") }
        return nil
    }
}

extension Transfer {
    /// Brings the clock up to date.
    func observe(_ now: ContinuousClock.Instant) {
        let total =
            easy.amount(CURLINFO_SIZE_DOWNLOAD_T) + easy.amount(CURLINFO_SIZE_UPLOAD_T) + headBytes
        let isConnected = easy.amount(CURLINFO_PRETRANSFER_TIME_T) > 0
        clock.observe(total: total, isConnected: isConnected, isPaused: isPaused, now: now)
    }

    /// What the transfer is at, in a person's words.
    var doing: String {
        if head != nil { return "receiving the answer" }
        if easy.amount(CURLINFO_PRETRANSFER_TIME_T) > 0 {
            let isSent = easy.amount(CURLINFO_SIZE_UPLOAD_T) >= order.request.body?.reveal().count ?? 0
            return isSent ? "waiting for the answer" : "sending the request"
        }
        if isInHandshake { return "in the TLS handshake" }
        return easy.amount(CURLINFO_NAMELOOKUP_TIME_T) > 0 ? "connecting" : "resolving the name"
    }

    func timeOut(after: Duration, detail: String) -> TransportError {
        .timedOut(host: host, doing: doing, after: after, detail: detail)
    }
}
