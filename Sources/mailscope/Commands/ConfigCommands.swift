import CommandTree
import LinuxHost
import MailscopeKit

/// `mailscope config …`
enum ConfigCommands {
    static let command = Command(
        "config", "looks after the configuration", children: [check])

    private static let check = Command(
        "check", "checks configuration, key, certificate and sinks, and says what would be done",
        discussion: "Nothing is sent over the network, and nothing is written.",
        options: [Options.json],
        examples: [
            Example("mailscope config check", "checks /etc/mailscope/mailscope.yaml"),
            Example("mailscope config check --config ./mailscope.yaml", "checks another file"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, done: "all can be used as it stands")
    ) { arguments in
        let world = try World(arguments)
        var complaints = PathCheck.complaints(about: world.configuration)
        var certificate: CertificateFacts?
        do {
            certificate = try world.signer().certificate
        } catch {
            complaints = Failure(error).complaints + complaints
        }
        guard complaints.isEmpty, let certificate else { throw Failure(.configuration, complaints) }
        let plan = ConfigurationPlan(world.configuration, certificate, now: world.surroundings.now)
        if arguments[Options.json] {
            try world.console.answer(json: plan)
        } else {
            try world.console.answer(plan.text)
        }
        if let warning = plan.warning { world.console.note("warning: " + warning) }
        return ExitCode.done.rawValue
    }
}
