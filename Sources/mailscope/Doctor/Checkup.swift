import LinuxHost

/// One precondition of `doctor`, and what was found.
struct Checkup: Encodable, Sendable, Equatable {
    enum Status: String, Encodable, Sendable, CaseIterable {
        case ok
        case warning
        case failure
        /// Not looked at: what it needs has failed, or it does not apply here.
        case skipped
    }

    /// All of them, in the order in which they are looked at. Each depends on some before it.
    enum Name: String, Encodable, Sendable, CaseIterable {
        case configuration
        case key
        case certificate
        case next
        case proxy
        case names
        case connection
        case clock
        case token
        case permissions
        case mailbox
        case sink
        case state
        case ledger
        case instance
        case service
        case sandbox
    }

    let check: Name
    let status: Status
    let finding: String
    /// What to do about it.
    let mends: [String]
    /// What the program ends with where this is the first failure.
    let exitCode: ExitCode

    private enum CodingKeys: CodingKey { case check, status, finding, mends }

    private init(_ check: Name, _ status: Status, _ finding: String, _ mends: [String], _ exitCode: ExitCode)
    {
        self.check = check
        self.status = status
        // What a server or a file said must not steer a terminal.
        self.finding = LogWriter.escaped(finding)
        self.mends = mends.map { LogWriter.escaped($0) }
        self.exitCode = exitCode
    }

    static func ok(_ check: Name, _ finding: String) -> Checkup { Checkup(check, .ok, finding, [], .done) }

    static func skipped(_ check: Name, _ reason: String) -> Checkup {
        Checkup(check, .skipped, reason, [], .done)
    }

    static func skipped(_ check: Name, after failed: Name) -> Checkup {
        skipped(check, "needs '\(failed.rawValue)'")
    }

    static func warning(_ check: Name, _ finding: String, mends: [String]) -> Checkup {
        Checkup(check, .warning, finding, mends, .done)
    }

    static func failure(
        _ check: Name, _ finding: String, mends: [String], exitCode: ExitCode = .failed
    ) -> Checkup {
        Checkup(check, .failure, finding, mends, exitCode)
    }

    /// Any part's error, in the words that the other commands have for it.
    static func failure(_ check: Name, _ error: any Error, adding mends: [String] = []) -> Checkup {
        failure(check, Failure(error), adding: mends)
    }

    static func failure(_ check: Name, _ failure: Failure, adding mends: [String] = []) -> Checkup {
        Checkup(
            check, .failure, failure.complaints.map(\.message).joined(separator: "; "),
            mends + failure.complaints.flatMap(\.hints), failure.exitCode)
    }

    /// `ok       certificate    valid until …`, and a line for each mend.
    func text(colour: Bool) -> String {
        let word = status.rawValue + String(repeating: " ", count: 9 - status.rawValue.count)
        let painted = colour ? status.colour + word + "\u{1B}[0m" : word
        let name = check.rawValue + String(repeating: " ", count: 15 - check.rawValue.count)
        let margin = String(repeating: " ", count: 9 + 15)
        return ([painted + name + finding] + mends.map { margin + "mend: " + $0 }).joined(separator: "\n")
    }
}

extension Checkup.Status {
    fileprivate var colour: String {
        switch self {
        case .ok: "\u{1B}[32m"
        case .warning: "\u{1B}[33m"
        case .failure: "\u{1B}[31m"
        case .skipped: "\u{1B}[2m"
        }
    }
}
