import CommandTree
import FoundationEssentials
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

    /// The daemon's configuration; one that nobody named need not be there.
    static func configuration(_ arguments: Arguments) throws -> Configuration? {
        let path = arguments[Options.config]
        let isNamed = arguments.given.contains(Options.config.name)
        guard isNamed || FileManager.default.isReadableFile(atPath: path) else { return nil }
        return try Configuration.read(file: path, in: .ofThisProcess())
    }
}
