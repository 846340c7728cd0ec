import CommandTree
import FoundationEssentials
import MailscopeKit

/// `mailscope quarantine …`: messages that were given up.
enum QuarantineCommands {
    static let command = Command(
        "quarantine", "lists messages that could not be delivered, or tries them again",
        discussion: """
            A message that failed as often as 'tries' says is set aside with its reason, so that it holds up nothing. \
            It stays in the mailbox.
            """,
        children: [list, retry])

    private static let list = Command(
        "list", "lists messages that were set aside, oldest first",
        options: [Options.json],
        examples: [
            Example("mailscope quarantine list", "shows when, how often and why each failed"),
            Example("mailscope quarantine list --json | jq -r '.[].id'", "prints the ids only"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        let world = try World(arguments)
        let messages = try await allQuarantined(in: world)
        if arguments[Options.json] {
            try world.console.answer(json: messages)
        } else if messages.isEmpty {
            world.console.note("no message is in quarantine")
        } else {
            let rows = messages.map { message in
                [
                    UTCMoment.text(message.since), message.received ?? "-", String(message.attempts),
                    message.id,
                    message.reason,
                ]
            }
            try world.console.answer(Table.list(["SINCE", "RECEIVED", "TRIES", "ID", "REASON"], rows))
        }
        return ExitCode.done.rawValue
    }

    private static let all: Option<Bool> = .flag("all", short: "a", help: "all of them")
    private static let ids = Operand("ID", .any, help: "a message's id, from 'quarantine list'")

    private static let retry = Command(
        "retry", "has messages tried again at the next pass, with their tries counted anew",
        options: [all], operands: [ids],
        examples: [
            Example("mailscope quarantine retry --all", "tries all of them again"),
            Example("mailscope quarantine retry AAkALgAAAAAAHYQD", "tries one of them again"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        guard arguments[all] != !arguments.operands.isEmpty else {
            throw Failure(
                .usage, "quarantine retry takes either ids or --all",
                hints: ["'mailscope quarantine list' shows the ids"])
        }
        let world = try World(arguments)
        let wanted = arguments[all] ? nil : Set(arguments.operands).map { MessageID($0) }
        let count = try await world.ledgerForRetry().retry(wanted)
        world.console.note("\(Quantity.count(count, "message")) will be tried again at the next pass")
        if let wanted, count < wanted.count {
            throw Failure(
                .failed, "\(wanted.count - count) of the ids are not in quarantine",
                hints: ["'mailscope quarantine list' shows the ids"])
        }
        return ExitCode.done.rawValue
    }

    /// One line of the answer.
    private struct Row: Encodable {
        let id: String
        let received: String?
        let since: Date
        let attempts: Int
        let reason: String
    }

    private static func allQuarantined(in world: World) async throws -> [Row] {
        let ledger = try await world.ledgerForReading()
        var rows: [Row] = []
        while true {
            let page = try await ledger.quarantined(limit: 500, offset: rows.count)
            rows += page.map { message in
                Row(
                    id: message.id.text, received: message.receivedDateTime, since: message.since,
                    attempts: message.attempts, reason: message.reason)
            }
            if page.count < 500 { return rows }
        }
    }
}
