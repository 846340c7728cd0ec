import CommandTree
import MailscopeKit

/// `mailscope status`: how collecting goes, from the ledger alone.
enum StatusCommand {
    static let command = Command(
        "status", "shows how collecting goes",
        discussion: """
            Reads the ledger, also while the daemon runs, and asks nothing of the network. Ends with 1 where the last \
            pass failed, where none has ended for much longer than 'poll' says, or where messages are in quarantine.
            """,
        options: [Options.json],
        examples: [
            Example("mailscope status", "shows the last pass, counts, quarantine, budget and certificate"),
            Example("mailscope status --json | jq .delivered", "prints one of the facts"),
            Example("mailscope status >/dev/null || systemctl status mailscope", "watches it from a script"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration,
            done: "the last pass went well, not long ago, and the quarantine is empty")
    ) { arguments in
        let world = try World(arguments)
        let report = try await StatusReport(
            world.ledgerForReading(), world.configuration, now: world.surroundings.now)
        if arguments[Options.json] {
            try world.console.answer(json: report)
        } else {
            try world.console.answer(report.text)
        }
        for warning in report.warnings { world.console.note("warning: " + warning) }
        if let failure = report.failure { throw failure }
        return ExitCode.done.rawValue
    }
}
