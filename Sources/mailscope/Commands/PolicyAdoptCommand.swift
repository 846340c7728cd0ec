import CommandTree
import FoundationEssentials
import MailscopeKit

/// `mailscope policy adopt`
enum PolicyAdoptCommand {
    private static let record = Operand("APP.JSON", takes: .file, help: "what 1-register.ps1 has written")

    static let command = Command(
        "adopt", "puts the ids that 1-register.ps1 has found into the specification",
        discussion:
            "Comments and order of the file stay as they are. An id that is there already is never changed.",
        operands: [PolicyCommands.file, record],
        examples: [
            Example(
                "mailscope policy adopt invoices.yaml invoices/app.json", "puts the ids into invoices.yaml")
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        let file = try PolicyCommands.specification(arguments)
        let path = arguments.operands[1]
        let bytes = try FileBytes.read(path, missing: "1-register.ps1 writes it beside itself")
        guard let app = RegisteredApp(bytes) else {
            throw Failure(
                .failed, "\(path) is no record of 1-register.ps1", hints: ["run 1-register.ps1 again"])
        }
        let adoption = try PolicyAdoption(of: app, into: file)
        guard !adoption.changes.isEmpty else {
            Console().note("\(file.path) has all ids already")
            return ExitCode.done.rawValue
        }
        try Data(adoption.text.utf8).write(to: URL(filePath: file.path), options: .atomic)
        for change in adoption.changes { try Console().answer(change) }
        return ExitCode.done.rawValue
    }
}
