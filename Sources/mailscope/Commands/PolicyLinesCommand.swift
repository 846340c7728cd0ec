import CommandTree
import MailscopeKit

/// `mailscope policy commands`
enum PolicyLinesCommand {
    static let command = Command(
        "commands", "prints the bare PowerShell commands, one a line, in safe order",
        discussion: """
            For an administrator who wants to paste some lines and read nothing else. They do not look before they change \
            something; the scripts of 'policy generate' do. With --json, a line for each step of the plan that they are \
            written from.
            """,
        options: [PolicyCommands.method, Options.json], operands: [PolicyCommands.file],
        examples: [
            Example("mailscope policy commands invoices.yaml", "prints the lines"),
            Example("mailscope policy commands invoices.yaml --method rbac", "prints those for RBAC"),
        ],
        exitCodes: ExitCode.meanings(.configuration)
    ) { arguments in
        let file = try PolicyCommands.specification(arguments, method: arguments[PolicyCommands.method])
        try PolicyCommands.requireTenant(file)
        if arguments[Options.json] {
            guard let plan = PolicyPlan(file.specification) else { throw PolicyCommands.idsMissing(file) }
            for step in plan.steps {
                try Console().answer(jsonLine: PlanStepLine(step, of: file.specification.application))
            }
            return ExitCode.done.rawValue
        }
        guard let lines = PolicyLines.lines(of: file.specification) else {
            throw PolicyCommands.idsMissing(file)
        }
        try Console().answer(lines.joined(separator: "\n"))
        return ExitCode.done.rawValue
    }
}
