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
    /// How much of the stage is done, as far as that can be foreseen: 0...1, never less than before in the same stage;
    /// nil where nothing can be said.
    package let fraction: Double?
}
