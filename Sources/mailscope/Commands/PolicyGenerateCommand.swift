import CommandTree
import FoundationEssentials
import MailscopeKit

/// `mailscope policy generate`
enum PolicyGenerateCommand {
    private static let output: Option<String> = .text(
        "output", "DIR", short: "o", takes: .directory, help: "the folder to write; made where it is missing")
    private static let migrate: Option<Bool> = .flag(
        "migrate", help: "write the way from an access policy to RBAC instead; goes with --method rbac")

    static let command = Command(
        "generate", "writes the folder of scripts for a specification",
        discussion: """
            The same specification gives the same bytes. Where ids are missing, only the registration and its page are written.
            """,
        options: [output, PolicyCommands.method, migrate], operands: [PolicyCommands.file],
        examples: [
            Example(
                "mailscope policy generate invoices.yaml --output invoices", "writes the folder invoices"),
            Example(
                "mailscope policy generate invoices.yaml --method rbac --migrate -o migration",
                "writes the way from the access policy to RBAC"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration)
    ) { arguments in
        let isMigration = arguments[migrate]
        let file = try PolicyCommands.specification(arguments, method: arguments[PolicyCommands.method])
        try PolicyCommands.requireTenant(file)
        if isMigration {
            guard file.specification.method == .rbac else {
                throw Failure(.usage, "--migrate leads to RBAC", hints: ["add '--method rbac'"])
            }
            guard file.specification.isComplete else { throw PolicyCommands.idsMissing(file) }
        }
        let files = try file.folder(isMigration: isMigration).files
        try write(files, to: arguments[output])
        let console = Console()
        for file in files { try console.answer(arguments[output] + "/" + file.name) }
        if !file.specification.isComplete {
            console.note(
                "ids are missing, so only the registration was written; README.md says how it goes on")
        }
        return ExitCode.done.rawValue
    }

    private static func write(_ files: [PolicyFolder.File], to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let names = Set(files.map(\.name))
        let strangers = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasSuffix(".ps1") && !names.contains($0) }
        if let stranger = strangers.first {
            throw Failure(
                .failed, "\(folder)/\(stranger) does not belong to this specification's scripts",
                hints: ["an administrator might run it: remove it, or write to another folder"])
        }
        for file in files {
            try Data(file.bytes).write(to: URL(filePath: folder + "/" + file.name), options: .atomic)
        }
    }
}
