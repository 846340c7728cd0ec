import FoundationEssentials
import MailscopeKit
import Synchronization

/// Keeps bookings in memory.
final class BookingLedger: RequestLedger {
    private let kept: Mutex<[RequestBooking]>
    private let error: LedgerError?

    init(_ bookings: [RequestBooking] = [], failingWith error: LedgerError? = nil) {
        kept = Mutex(bookings)
        self.error = error
    }

    var rows: [RequestBooking] { kept.withLock { $0 } }

    func bookings(since: Date) async throws(LedgerError) -> [RequestBooking] {
        kept.withLock { $0.filter { $0.time >= since } }
    }
    func book(_ booking: RequestBooking) async throws(LedgerError) {
        if let error { throw error }
        kept.withLock { $0.append(booking) }
    }
}
