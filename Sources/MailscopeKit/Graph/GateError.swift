/// Why the gate let nobody through.
package enum GateError: Error, Equatable {
    /// Requests could not be booked or remembered.
    case ledger(LedgerError)
    case cancelled
}
