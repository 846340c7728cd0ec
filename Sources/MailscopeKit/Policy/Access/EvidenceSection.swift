/// The rows of one kind that the evidence shows, and what keeps them from being all.
package struct EvidenceSection<Row: Sendable & Equatable>: Sendable, Equatable {
    package var rows: [Row]
    /// Why there may be more rows than these, or why one could not be read; empty where they are all there is.
    package var gaps: [String]

    package init(_ rows: [Row], gaps: [String] = []) {
        self.rows = rows
        self.gaps = gaps
    }

    /// No where these rows are all there is.
    var mayHoldMore: Judgement { gaps.anyJudged { .cannotTell($0) } }
}
