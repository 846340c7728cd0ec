import CommandTree
import FoundationEssentials
import LinuxHost

/// `mailscope init`: the first steps.
enum InitCommand {
    static let command = Command(
        "init", "makes key, certificate, configuration and policy specification, and says how it goes on",
        discussion: """
            Asks for what the options do not say, on a terminal only; elsewhere a missing option is an error. Writes \
            mailscope.yaml, policy.yaml, key.pem and certificate.pem into one directory. Nothing that is there is changed: a \
            key and a certificate that are there already are used. Nothing is sent over the network.

            In /etc/mailscope, or a directory in it, the files are as mailscope.service and mailscope@NAME.service want them. \
            Beside a configuration of another name (--config reports.yaml) the others have it in their names: \
            reports-key.pem.
            """,
        options: InitFlags.all,
        examples: [
            Example("mailscope init", "asks, and writes to /etc/mailscope"),
            Example(
                "mailscope init --directory /etc/mailscope/reports --tenant contoso.com --client-id later "
                    + "--mailbox reports@contoso.com --maildir /var/lib/mailscope@reports/Maildir",
                "asks nothing; for mailscope@reports.service"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration, .interrupted)
    ) { arguments in
        let answers = try await InitInterview(arguments, now: Date()).answers()
        let made = try FirstFiles(answers).write(now: Date())
        let report = InitReport(made, answers)
        if arguments[Options.json] {
            try Console().answer(json: report)
        } else {
            try Console().answer(report.text)
        }
        return ExitCode.done.rawValue
    }
}
