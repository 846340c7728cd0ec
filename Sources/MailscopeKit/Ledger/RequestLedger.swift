package import FoundationEssentials

/// Remembers over restarts which requests were sent: all that ``RequestGate`` needs of a ``Ledger``.
package protocol RequestLedger: Sendable {
    /// Requests booked in the window that ends now, by time of booking; older ones are forgotten.
    func bookings(since: Date) async throws(LedgerError) -> [RequestBooking]
    /// Books requests before they are sent, so that a crash cannot forget them.
    func book(_ booking: RequestBooking) async throws(LedgerError)
}
