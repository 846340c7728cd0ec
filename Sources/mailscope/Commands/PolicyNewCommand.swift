import CommandTree
import FoundationEssentials
import MailscopeKit

/// `mailscope policy new`
enum PolicyNewCommand {
    private static let file = Operand("FILE", takes: .file, help: "the file to write; it must not exist")

    static let command = Command(
        "new", "writes a policy specification with comments, to be filled in",
        discussion: "Takes tenant, app, mailbox and certificate from the configuration, where there is one.",
        operands: [file],
        examples: [
            Example("mailscope policy new invoices.yaml", "writes invoices.yaml"),
            Example(
                "mailscope policy new invoices.yaml --config ./mailscope.yaml", "takes what it can from there"
            ),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        let path = arguments.operands[0]
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Failure(.failed, "\(path) is there already", hints: ["name another file"])
        }
        let configuration = try Options.configuration(arguments)
        try Data(PolicyTemplate.text(from: configuration).utf8).write(
            to: URL(filePath: path), options: .atomic)
        Console().note("wrote \(path); fill it in, then: mailscope policy explain \(path)")
        return ExitCode.done.rawValue
    }
}
