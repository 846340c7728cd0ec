/// One answer of a check of the evidence: what was found, about what, and the row that proves it.
package struct AccessFinding: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        case asWanted = "as wanted"
        case notAsWanted = "not as wanted"
        case cannotTell = "cannot tell"
        /// Worth knowing; decides nothing.
        case note
    }

    /// What is looked at.
    package enum Subject: String, Sendable {
        case evidence
        case mailbox
        /// A way in.
        case way
        case policy
        /// Another door of the app.
        case door
    }

    package let outcome: Outcome
    package let subject: Subject
    /// One sentence without a full stop.
    package let text: String
    /// Why it cannot be told, or which ways it is by.
    package let reasons: [String]
    /// The row of the evidence as `section[index]`, the same as in the file; nil where no single row proves it.
    package let proof: String?

    init(
        _ outcome: Outcome, _ subject: Subject, _ text: String, reasons: [String] = [], proof: String? = nil
    ) {
        self.outcome = outcome
        self.subject = subject
        self.text = text
        self.reasons = reasons
        self.proof = proof
    }
}
