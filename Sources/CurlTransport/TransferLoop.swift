internal import CCurl
internal import MailscopeKit
internal import Synchronization

/// Runs every transfer, on one thread of its own.
struct TransferLoop: ~Copyable {
    private let multi: MultiHandle
    private let inbox: Inbox
    private let settings: TransferSettings
    private let counters: TransferCounters
    private var running: [ObjectIdentifier: Transfer] = [:]
    /// When a request last asked for a new connection.
    private var renewed: ContinuousClock.Instant?

    init(multi: MultiHandle, inbox: Inbox, settings: TransferSettings, counters: TransferCounters) {
        self.multi = multi
        self.inbox = inbox
        self.settings = settings
        self.counters = counters
    }

    /// Returns once the inbox is closed; everything that waits has had its answer then.
    consuming func run() {
        while !inbox.isClosing {
            for order in inbox.drain() { start(order) }
            for transfer in running.values where transfer.order.ticket.isCancelled {
                end(transfer, .failure(.cancelled))
            }
            let now = ContinuousClock.now
            for transfer in running.values { transfer.resumeIfDrained(now) }
            var count: Int32 = 0
            curl_multi_perform(multi.pointer, &count)
            finishCompleted()
            let wait = enforceDeadlines(ContinuousClock.now)
            curl_multi_poll(multi.pointer, nil, 0, wait, nil)
        }
        for order in inbox.seal() { order.fail(.cancelled) }
        for transfer in running.values { end(transfer, .failure(.cancelled)) }
        multi.close()
    }

    private mutating func start(_ order: Order) {
        if order.ticket.isCancelled { return order.fail(.cancelled) }
        let now = ContinuousClock.now
        if order.request.wantsNewConnection { renewed = now }
        var settings = settings
        if let renewed {
            // What was connected before then is not used again, by nobody. libcurl counts whole seconds.
            let age = Int((now - renewed).components.seconds)
            settings.connectionLifetime = Swift.max(1, Swift.min(age, settings.connectionLifetime))
        }
        do throws(TransportError) {
            let transfer = try Transfer(order, settings: settings, now: now)
            let code = curl_multi_add_handle(multi.pointer, transfer.easy.pointer)
            guard code == CURLM_OK else {
                throw .invalidRequest(detail: String(cString: curl_multi_strerror(code)))
            }
            running[ObjectIdentifier(transfer)] = transfer
        } catch { order.fail(error) }
    }

    private mutating func finishCompleted() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi.pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let transfer = Transfer.of(message.pointee.easy_handle)
            else { continue }
            end(transfer, transfer.outcome(of: message.pointee.data.result))
        }
    }

    /// Ends what took too long.
    ///
    /// - Returns: milliseconds until the next deadline.
    private mutating func enforceDeadlines(_ now: ContinuousClock.Instant) -> Int32 {
        var next = now + .seconds(60)
        for transfer in running.values {
            transfer.observe(now)
            if let (after, detail) = transfer.clock.passed(now) {
                end(transfer, .failure(transfer.timeOut(after: after, detail: detail)))
            } else if let deadline = transfer.clock.next {
                next = Swift.min(next, deadline)
            }
        }
        return Int32(Swift.max(0, ((next - now) / .milliseconds(1)).rounded(.up)))
    }

    private mutating func end(_ transfer: Transfer, _ outcome: Result<Void, TransportError>) {
        curl_multi_remove_handle(multi.pointer, transfer.easy.pointer)
        running[ObjectIdentifier(transfer)] = nil
        counters.connections.add(transfer.easy.number(CURLINFO_NUM_CONNECTS), ordering: .relaxed)
        transfer.finish(outcome)
    }
}

/// What the loop counts for others to read.
final class TransferCounters: Sendable {
    let connections = Atomic(0)
}
