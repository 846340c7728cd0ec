import CommandTree
import FoundationEssentials
import LinuxHost

/// The command line of mailscope, and its way from words to an exit code.
enum Program {
    static let version = Release.version

    static let command: Command = Command(
        "mailscope", "reads one Microsoft 365 mailbox, with nobody signed in",
        discussion: """
            Authenticates as an app with a certificate, asks Microsoft Graph for the messages of one mailbox and for \
            nothing else, and hands each to a Maildir, a file of JSON lines or a program, exactly once where that can be \
            told.
            """,
        options: [Options.config, Options.logLevel],
        examples: [
            Example("mailscope config check", "reads the configuration and says what would be done"),
            Example("mailscope fetch", "fetches what is new, once"),
            Example("mailscope run", "fetches what is new, for ever"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, .answeredNo, .identityRefused, .inconclusive, .interrupted),
        version: version,
        children: [
            InitCommand.command, DoctorCommand.command, RunCommand.command, FetchCommand.command,
            TokenCommand.command,
            VerifyCommand.command,
            ReportCommands.command, StatusCommand.command, QuarantineCommands.command, PolicyCommands.command,
            ConfigCommands.command, CertificateCommands.command,
            .completion(of: "mailscope", { command }, answer: print),
            .manual(
                of: "mailscope", formats: ["mailscope-policy.yaml", "mailscope.yaml"], { command },
                answer: print),
        ])

    private static func print(_ text: String) throws(FileError) {
        try Console().answer(String(text.dropLast()))
    }

    static func run(_ words: [String]) async -> ExitCode {
        let console = Console()
        do {
            let code = try await command.perform(
                words, answer: { StandardStream.output.write($0) },
                complain: { StandardStream.error.write($0) })
            return ExitCode(rawValue: code) ?? .failed
        } catch {
            let failure = Failure(error)
            console.complain(failure, environment: Surroundings.ofThisProcess().environment)
            return failure.exitCode
        }
    }
}
