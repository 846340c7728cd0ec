package import FoundationEssentials

/// One reading of a mailbox that must be open: without it a denial proves nothing.
package struct ControlRecord: Codable, Sendable, Equatable {
    package var mailbox: String
    /// `messages` for mail; with `--all-data` each door of other data has controls of its own.
    package var door: ProbeDoor
    /// True for a 200 of Graph.
    package var held: Bool
    package var status: Int?
    package var code: String?
    package var doubt: ProbeFinding.Doubt?
    package var detail: String?
    package var requestID: String?
    package var clientRequestID: String?
    package var time: Date
    package var round: Int
    /// Which token of the report: counts from 1.
    package var token: Int
}
