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
        var identity: AppIdentity?
        do { identity = try world.identity() } catch {
            complaints = Failure(error).complaints + complaints
        }
        var authorities: [CertificateFacts]?
        do { authorities = try world.authorities() } catch {
            complaints.append(
                Failure.Complaint(
                    message: "'ca-file': \(error)",
                    hints: ["it must be a PEM file with the certificate of at least one authority"]))
        }
        guard complaints.isEmpty, let identity else { throw Failure(.configuration, complaints) }
        let plan = ConfigurationPlan(
            world.configuration, identity, authorities: authorities, now: world.surroundings.now)
        if arguments[Options.json] {
            try world.console.answer(json: plan)
        } else {
            try world.console.answer(plan.text)
        }
        for warning in plan.warnings { world.console.note("warning: " + warning) }
        return ExitCode.done.rawValue
    }
}
