import CommandTree
import MailscopeKit

/// The options that more than one command takes.
enum Options {
    static let config: Option<String> = .text(
        "config", "FILE", short: "c", takes: .file, default: "/etc/mailscope/mailscope.yaml",
        help: "the configuration")

    static let logLevel = Option<LogLevel?>(
        "log-level", "LEVEL", takes: .among(LogLevel.allCases.map(\.name)), default: .some(nil),
        help: "how much is said on standard error; overrides the configuration"
    ) { text in LogLevel.allCases.first { $0.name == text }.map { .some($0) } }

    static let json: Option<Bool> = .flag("json", help: "print the answer as JSON")
}
