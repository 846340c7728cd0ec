/// How a response goes over the wire: whole, or with faults that a network and a gateway really show.
///
/// Faults combine: `.whole.delayed(by: .seconds(1)).chunked().cut(after: 100)`.
package struct Delivery: Sendable, Equatable {
    enum Start: Sendable, Equatable {
        case statusLine
        case garbage
        case nothing
    }
    struct Pause: Sendable, Equatable {
        let bytes: Int
        let duration: Duration
    }

    private(set) var delay = Duration.zero
    private(set) var start = Start.statusLine
    private(set) var cutAfter: Int?
    private(set) var resets = false
    private(set) var stall: Pause?
    private(set) var trickle: Pause?
    private(set) var isChunked = false
    private(set) var claimedLength: Int?
    private(set) var closes = false
    private(set) var isMeasured = true

    /// Everything at once, as it should be.
    package static let whole = Delivery()

    /// Waits before the first byte of the answer.
    package func delayed(by duration: Duration) -> Delivery { with { $0.delay = duration } }

    /// Closes the connection instead of answering; `byReset` with a TCP reset.
    package func dropped(byReset: Bool = false) -> Delivery {
        with {
            $0.start = .nothing
            $0.resets = byReset
        }
    }

    /// Sends bytes that are no HTTP, then closes.
    package func garbled() -> Delivery { with { $0.start = .garbage } }

    /// Closes after so many bytes of the body, although the head promised all of them. With chunked transfer coding
    /// the last chunk is missing, also where all bytes were sent.
    package func cut(after bytes: Int, byReset: Bool = false) -> Delivery {
        with {
            $0.cutAfter = bytes
            $0.resets = byReset
        }
    }

    /// Falls silent once, after so many bytes of the body: 0 is right after the head.
    package func stalled(after bytes: Int, for duration: Duration) -> Delivery {
        with { $0.stall = Pause(bytes: bytes, duration: duration) }
    }

    /// Says nothing of the body's length, and ends it with the connection, as old proxies do.
    package func unmeasured() -> Delivery { with { $0.isMeasured = false } }

    /// Sends the body so many bytes at a time, with a pause after each.
    package func trickled(_ bytes: Int, every interval: Duration) -> Delivery {
        with { $0.trickle = Pause(bytes: Swift.max(1, bytes), duration: interval) }
    }

    /// Uses chunked transfer coding instead of `Content-Length`.
    package func chunked() -> Delivery { with { $0.isChunked = true } }

    /// Promises this length whatever the body's is, then closes.
    package func claiming(length: Int) -> Delivery { with { $0.claimedLength = length } }

    /// Says `Connection: close`, and does.
    package func closing() -> Delivery { with { $0.closes = true } }

    /// True where the connection cannot serve another request afterwards.
    var endsConnection: Bool {
        closes || !isMeasured || cutAfter != nil || claimedLength != nil || start != .statusLine
    }

    private func with(_ change: (inout Delivery) -> Void) -> Delivery {
        var copy = self
        change(&copy)
        return copy
    }
}
