import CommandTree
import MailscopeKit

/// `mailscope policy explain`
enum PolicyExplainCommand {
    static let command = Command(
        "explain", "says in words who will be able to read what, and what stays open",
        options: [PolicyCommands.method], operands: [PolicyCommands.file],
        examples: [Example("mailscope policy explain invoices.yaml", "explains invoices.yaml")],
        exitCodes: ExitCode.meanings(.configuration)
    ) { arguments in
        let file = try PolicyCommands.specification(arguments, method: arguments[PolicyCommands.method])
        try Console().answer(PolicyExplanation.text(of: file.specification))
        return ExitCode.done.rawValue
    }
}
