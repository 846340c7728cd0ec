/// How many messages are in each state.
package struct LedgerCounts: Sendable, Equatable {
    package var delivered = 0
    package var deferred = 0
    package var quarantined = 0
    package var gone = 0
    package var skipped = 0

    package init() {}
}
