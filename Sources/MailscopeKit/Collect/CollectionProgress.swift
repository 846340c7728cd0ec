/// Where a pass stands, told after every page and batch.
package struct CollectionProgress: Sendable, Equatable {
    /// What a pass does, in this order.
    package enum Stage: Sendable, Equatable {
        /// Tries again what was deferred.
        case retrying
        /// Notes what came before a start of `now`.
        case skipping
        /// Walks from the cursor to the newest message.
        case walking
        /// Looks a little behind the cursor.
        case overlapping
        /// Compares all ids.
        case reconciling
    }

    package let stage: Stage
    package let summary: PassSummary
    /// How much of the stage's time span is walked, 0...1; nil where that is not known.
    package let fraction: Double?
}
