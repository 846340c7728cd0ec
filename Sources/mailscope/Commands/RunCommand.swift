import CommandTree
import LinuxHost
import MailscopeKit

/// `mailscope run`: the daemon.
enum RunCommand {
    static let command = Command(
        "run", "fetches what is new, for ever",
        discussion: """
            The daemon. Looks at the mailbox as often as 'poll' says and tells systemd when the first look has gone well. \
            Outages are waited out. What the tenant refuses ends the daemon only where no look has ever gone well. \
            SIGTERM, SIGINT and SIGHUP stop it in good order, a second one at once.
            """,
        examples: [
            Example("mailscope run", "runs as /etc/mailscope/mailscope.yaml says"),
            Example("mailscope run --config ./mailscope.yaml --log-level info", "tells of every look"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, .identityRefused, .interrupted, done: "stopped by a signal")
    ) { arguments in
        let world = try World(arguments)
        let log = world.log()
        let daemon = Daemon(world: world, log: log)
        _ = try await Interruption.run(stopping: { daemon.stopping() }) { try await daemon.run() }
        return ExitCode.done.rawValue
    }
}
