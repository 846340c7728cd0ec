package import FoundationEssentials

/// All that a run of `verify-scope` has found: what the terminal, the files and the signature are made from.
///
/// Of a mailbox's contents nothing is in it. Lists are bounded (``detailLimit``); the counts are not.
package struct VerificationReport: Codable, Sendable, Equatable {
    /// Changes when a reader of the old form could go wrong.
    package static let currentSchema = "mailscope.verify-scope/1"
    /// Most mailboxes listed that are not closed, of each state, and most controls.
    package static let detailLimit = 1_000
    /// Most closed mailboxes listed: they are all alike, and a journal or `--json-lines` has them all.
    package static let closedDetailLimit = 100

    package var schema = VerificationReport.currentSchema
    /// The version of mailscope.
    package var tool: String
    package var started: Date
    package var ended: Date
    package var verdict: Verdict
    /// The verdict in one line, without a full stop.
    package var summary: String
    /// What would make it conclusive; empty unless inconclusive.
    package var toConclude: [String]
    package var subject: Subject
    package var plan: PlanRecord
    package var tokens: [TokenRecord]
    package var roles: [RoleFinding]
    package var rounds: [RoundRecord]
    /// Over all rounds of the last attempt: each mailbox by its worst.
    package var mailboxCounts: MailboxCounts
    /// Over all rounds of the last attempt.
    package var probeCounts: ProbeCounts
    /// Breaches first, then inconclusive ones, then closed ones, each in the list's order.
    package var mailboxes: [MailboxFinding]
    /// How many of each are not in ``mailboxes``.
    package var unlistedMailboxes: MailboxCounts
    /// The first, the last, and all that did not hold, within the bound.
    package var controls: [ControlRecord]
    package var controlsHeld: Int
    package var controlsFailed: Int
    /// What a reader should know of the list, and of breaches that may be none.
    package var notes: [String]
    /// What this run says nothing about.
    package var notTested: [String]
    /// Answers of an interrupted run that stand in this one.
    package var resumed: Resumption?
    /// How names were made unreadable (``ReportRedactor/method``); absent where they stand as they are.
    package var redaction: String?

    /// Who was asked as whom.
    package struct Subject: Codable, Sendable, Equatable {
        /// As configured: an id or a domain.
        package var tenant: String
        package var clientID: String
        /// `https://graph.microsoft.com`
        package var graph: String
        /// The mailboxes that must be open: the controls.
        package var open: [String]
    }

    /// What was asked.
    package struct PlanRecord: Codable, Sendable, Equatable {
        /// SHA-256 over the whole plan, the list of mailboxes included; hexadecimal.
        package var digest: String
        /// Where the closed mailboxes came from.
        package var sources: [String]
        package var mailboxes: Int
        /// Names by doors, over all mailboxes, in one round.
        package var probesPerRound: Int
        package var doors: [ProbeDoor]
        /// Names of each kind, over all mailboxes, by ``ProbeName/Kind``'s raw value.
        package var names: [String: Int]
        package var rounds: Int
        package var everySeconds: Int
        /// Of `--wait`.
        package var waitSeconds: Int?
        package var lanes: Int
        package var controlEvery: Int
        /// Listed as closed, and left out because they are the open ones.
        package var leftOutAsOpen: Int
        /// Rows that name a mailbox which the list has already.
        package var repeatedRows: Int
    }

    /// When the answers that were taken over were given.
    package struct Resumption: Codable, Sendable, Equatable {
        package var mailboxes: Int
        package var oldest: Date
        package var newest: Date
    }
}

extension VerificationReport {
    /// The report as JSON: keys sorted, so that the same report is the same bytes.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(self)) + Array("\n".utf8)
    }

    /// Reads what ``json()`` wrote.
    ///
    /// - Throws: where it is another schema, or none, or says what no run can have found.
    package init(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(VerificationReport.self, from: Data(json))
        guard isSound else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "the counts, or the verdict, contradict each other"))
        }
    }

    /// Whether a run can have found this: what adds numbers up must not be stopped by them, and the verdict is that of the counts.
    private var isSound: Bool {
        let mailboxes = [mailboxCounts, unlistedMailboxes] + rounds.map(\.mailboxes)
        let probes = [probeCounts] + rounds.map(\.probes)
        let numbers =
            mailboxes.flatMap { [$0.closed, $0.inconclusive, $0.breach] }
            + probes.flatMap {
                [$0.denied, $0.deniedByPolicy, $0.notGranted, $0.readable, $0.inconclusive, $0.voided]
            } + rounds.flatMap { [$0.controlsHeld, $0.controlsFailed] } + [
                controlsHeld, controlsFailed, plan.mailboxes, plan.probesPerRound, plan.rounds,
                plan.everySeconds, plan.waitSeconds ?? 0, plan.lanes, plan.controlEvery, plan.leftOutAsOpen,
                plan.repeatedRows, resumed?.mailboxes ?? 0,
            ] + plan.names.values
        guard numbers.allSatisfy((0...1_000_000_000_000).contains) else { return false }
        let isBreach = mailboxCounts.breach > 0 || self.mailboxes.contains { $0.state == .breach }
        let isOpen = mailboxCounts.inconclusive > 0 || self.mailboxes.contains { $0.state == .inconclusive }
        return switch verdict {
        case .breach: isBreach
        case .confined: !isBreach && !isOpen
        case .inconclusive: !isBreach
        }
    }
}
