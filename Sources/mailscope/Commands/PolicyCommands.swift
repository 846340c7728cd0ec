import CommandTree
import MailscopeKit

/// `mailscope policy …`: the scripts that confine the app.
enum PolicyCommands {
    static let command = Command(
        "policy", "writes the PowerShell scripts that confine the app to its mailboxes",
        discussion: """
            A specification says which app may read which mailboxes, and by which of Exchange's two ways it is confined. From \
            it come scripts that an administrator reviews and runs. Nothing here talks to a tenant.
            """,
        children: [
            PolicyNewCommand.command, PolicyGenerateCommand.command, PolicyAdoptCommand.command,
            PolicyExplainCommand.command, PolicyLinesCommand.command, PolicyCheckCommand.command,
        ])

    static let file = Operand("FILE", takes: .file, help: "the policy specification")

    static let method = Option<PolicyMethod?>(
        "method", "METHOD", takes: .among(PolicyMethod.allCases.map(\.rawValue)), default: .some(nil),
        help: "confine the app this way, whatever the specification says"
    ) { text in PolicyMethod(rawValue: text).map { .some($0) } }

    /// The specification that the command line names.
    static func specification(_ arguments: Arguments, method: PolicyMethod? = nil) throws -> PolicyFile {
        try PolicyFile.read(arguments.operands[0], method: method, in: .ofThisProcess())
    }

    /// Refuses the tenant that `policy new` leaves to be filled in: its scripts would refuse every tenant.
    static func requireTenant(_ file: PolicyFile) throws(Failure) {
        guard file.specification.tenantID.allSatisfy({ $0 == "0" || $0 == "-" }) else { return }
        throw Failure(
            .configuration, "\(file.path) does not name the tenant yet: 'tenant.id' is all zeros",
            hints: ["put the Directory (tenant) ID of the app's Overview page there"])
    }

    static func idsMissing(_ file: PolicyFile) -> Failure {
        Failure(
            .configuration, "\(file.path) does not say all ids yet",
            hints: [
                "have 1-register.ps1 run: mailscope policy generate \(file.path) --output DIR",
                "then: mailscope policy adopt \(file.path) app.json",
            ])
    }
}
