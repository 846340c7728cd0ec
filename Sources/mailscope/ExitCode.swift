import CommandTree

/// What scripts and systemd learn from the end of the program.
enum ExitCode: Int32, Sendable {
    case done = 0
    case failed = 1
    /// Starting again will not help: systemd must not.
    case configuration = 2
    /// Checked, and the answer is no.
    case answeredNo = 3
    /// The directory does not accept the app, or the app may not read the mailbox.
    case identityRefused = 4
    /// Checked, and nothing is proven.
    case inconclusive = 5
    case usage = 64
    case interrupted = 130

    private var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed; what to do is on standard error"
        case .configuration: "the configuration, key or certificate cannot be used"
        case .answeredNo: "checked, and the answer is no"
        case .identityRefused: "the tenant refused the app, or its access to the mailbox"
        case .inconclusive: "checked, and nothing is proven"
        case .usage: "the command line makes no sense"
        case .interrupted: "interrupted"
        }
    }

    /// For a command's help: the codes that it ends with, `usage` among them.
    static func meanings(_ codes: ExitCode..., done: String? = nil) -> [ExitCodeMeaning] {
        ([.done, .usage] + codes).sorted { $0.rawValue < $1.rawValue }.map { code in
            ExitCodeMeaning(code.rawValue, code == .done ? done ?? code.meaning : code.meaning)
        }
    }
}
