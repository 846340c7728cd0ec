package import FoundationEssentials

/// What happens while a run goes on: for bars, logs and lines of JSON.
package enum ProbeEvent: Sendable {
    /// A probe has its answer. It counts once the controls around it have held.
    case probe(ProbeFinding, mailbox: String, attempt: Int)
    case control(ControlRecord, attempt: Int)
    /// Answers became void, and the mailbox is asked for again.
    case voided(mailbox: String, probes: Int, reason: String)
    case progress(ProbeProgress)
    /// An attempt was not conclusive; the next one begins then.
    case waiting(until: Date, verdict: Verdict)
    case resting(until: Date, nextRound: Int)
    /// Something that a person should know.
    /// `detail` may repeat what a service said.
    case notice(String, detail: String? = nil)
}

/// How far a run is.
package struct ProbeProgress: Sendable, Equatable {
    package var attempt: Int
    package var round: Int
    package var rounds: Int
    /// Probes with an answer in this round.
    package var done: Int
    /// Probes of this round.
    package var total: Int
    package var denied: Int
    package var readable: Int
    package var inconclusive: Int
}
