import CommandTree
import FoundationEssentials
import LinuxHost
import MailscopeKit
import Verification

/// `mailscope verify-scope`: proves that other mailboxes are denied.
enum VerifyCommand {
    static let command = Command(
        "verify-scope", "proves with requests that other mailboxes are denied",
        discussion: """
            Reads the configured mailbox and asks for each of the closed ones, by every name and door, with the same \
            token. Only GET, and nothing of what a readable mailbox would give is looked at. Whatever was not proven is \
            inconclusive, never confined.
            """,
        options: VerifyOptions.all + ReportOptions.files + ReportOptions.redaction,
        examples: [
            Example("mailscope verify-scope --closed boss@contoso.com", "one mailbox, once"),
            Example(
                "mailscope verify-scope --closed-from closed.csv --wait 4h",
                "tries again until the change has spread"),
            Example(
                "mailscope verify-scope --closed-from closed.csv --quiet --metrics /var/lib/prometheus/node-exporter/mailscope.prom",
                "daily, for monitoring"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, .answeredNo, .inconclusive, .interrupted,
            done: "confined: every closed mailbox was denied")
    ) { arguments in
        var redactor: ReportRedactor?
        do {
            // What the command line names may be called after a person.
            redactor = try ReportOptions.redactor(arguments)?.knowing(VerifyOptions.words(arguments))
            let verification = try PlannedVerification(arguments, redactor)
            return try await verification.run()
        } catch {
            let failure = redactor.map { RedactedSpeech(redactor: $0).failure(error) } ?? Failure(error)
            guard arguments[VerifyOptions.nagios] else { throw failure }
            // A plugin's answer is a line on standard output whatever happens.
            try Console().answer(
                "MAILSCOPE UNKNOWN - " + LogWriter.escaped(failure.complaints.first?.message ?? "failed"))
            return NagiosLine.unknown
        }
    }
}
