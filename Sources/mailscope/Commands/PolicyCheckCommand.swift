import CommandTree
import FoundationEssentials
import MailscopeKit

/// `mailscope policy check`
enum PolicyCheckCommand {
    private static let policy: Option<String?> = .text(
        "policy", "FILE", takes: .file,
        help: "the policy specification; it may also stand among the files, where its name ends in .yaml")
    private static let html: Option<String?> = .text(
        "html", "FILE", takes: .file, help: "write the answer with a drawing as a page to FILE")
    private static let files = Operand(
        "EVIDENCE", .oneOrMore, takes: .file, help: "what the two 5-evidence scripts wrote")

    static let command = Command(
        "check", "says from evidence who can read what, and whether that is as wanted",
        discussion: """
            Takes what 5-evidence-exchange.ps1 and 5-evidence-directory.ps1 wrote and needs no network. Each way into a \
            mailbox is one finding, with the row of the evidence that proves it. What the evidence does not show, or what \
            nobody knows for sure, is 'cannot tell', never 'as wanted'. Only 'verify-scope' asks the mailboxes themselves.
            """,
        options: [policy, html, Options.json, PolicyCommands.method], operands: [files],
        examples: [
            Example(
                "mailscope policy check invoices.yaml evidence-exchange.json evidence-directory.json",
                "prints what was found"),
            Example(
                "mailscope policy check evidence-*.json --policy invoices.yaml --html access.html",
                "draws it, too"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, .answeredNo, .inconclusive, done: "as wanted")
    ) { arguments in
        let isPolicy = { (name: String) in name.hasSuffix(".yaml") || name.hasSuffix(".yml") }
        let policies = (arguments[policy].map { [$0] } ?? []) + arguments.operands.filter(isPolicy)
        let evidence = arguments.operands.filter { !isPolicy($0) }
        guard policies.count == 1, !evidence.isEmpty else {
            throw Failure(
                .usage, "policy check takes one policy specification and the files of evidence",
                hints: ["mailscope policy check invoices.yaml evidence-exchange.json evidence-directory.json"]
            )
        }
        let file = try PolicyFile.read(
            policies[0], method: arguments[PolicyCommands.method], in: .ofThisProcess())
        guard let wish = AccessWish(file.specification) else { throw PolicyCommands.idsMissing(file) }
        var read: [(name: String, bytes: [UInt8])] = []
        for name in evidence {
            read.append((name, try FileBytes.read(name, missing: "the 5-evidence scripts write it")))
        }
        let comparison = AccessComparison(try AccessEvidence(read), wish)
        let report = PolicyCheckReport(comparison, file.specification)
        if let path = arguments[html] {
            do {
                try Data(AccessPage.html(report, comparison).utf8).write(
                    to: URL(filePath: path), options: .atomic)
            } catch {
                throw Failure(.failed, "\(path) cannot be written", hints: ["ls -ld the folder shows why"])
            }
        }
        if arguments[Options.json] {
            try Console().answer(json: report)
        } else {
            try Console().answer(report.text)
        }
        return report.exitCode.rawValue
    }
}
