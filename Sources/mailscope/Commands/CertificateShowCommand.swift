import CommandTree
import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity

/// `mailscope certificate show`
enum CertificateShowCommand {
    private static let file = Operand(
        "FILE", .optional, takes: .file, help: "a certificate, instead of the configuration's")
    private static let powershell: Option<Bool> = .flag(
        "powershell", help: "print the lines that add the certificate to the app, and nothing else")

    static let command = Command(
        "show", "shows certificates: whose, until when, thumbprints, and whether the key belongs",
        discussion: """
            Looks at the pair of the configuration and at the next one, if there is one, or at the certificate in FILE. \
            Nothing is sent over the network. Ends with 3 where a certificate ends in less than \
            \(CertificateFacts.warningDays) days or is not valid, so that cron can watch it. With --powershell the lines are those for \
            the next certificate, where there is one.
            """,
        options: [Options.json, powershell], operands: [file],
        examples: [
            Example("mailscope certificate show", "shows the pairs of the configuration"),
            Example(
                "mailscope certificate show --powershell", "prints what IT pastes to have the new one added"),
            Example(
                "mailscope certificate show >/dev/null || mail -s 'certificate' root </dev/null", "for cron"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, .answeredNo,
            done: "valid for \(CertificateFacts.warningDays) days and more")
    ) { arguments in
        let now = Date()
        if arguments[powershell], arguments[Options.json] {
            throw Failure(
                .usage, "--powershell and --json cannot both be given",
                hints: ["--json has the lines as well"])
        }
        let registration: AppRegistration?
        let shown: [ShownCertificate]
        if let path = arguments.operands.first {
            registration = try Options.configuration(arguments)?.registration
            shown = [try ShownCertificate(file: path, now: now)]
        } else {
            let world = try World(arguments)
            registration = world.configuration.registration
            shown = ShownCertificate.all(of: world, now: now)
        }
        let report = CertificateReport(shown, for: registration)
        if arguments[powershell] {
            try Console().answer(try report.powershell())
        } else if arguments[Options.json] {
            try Console().answer(json: report)
        } else {
            try Console().answer(report.text)
        }
        if let failure = report.failure { throw failure }
        return ExitCode.done.rawValue
    }
}
