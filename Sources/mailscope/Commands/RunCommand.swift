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
            SIGTERM and SIGINT stop it in good order, a second one at once. SIGHUP reads configuration, key and certificate \
            again: what cannot be used is refused with its reason, and the old ones stay in force.
            """,
        examples: [
            Example("mailscope run", "runs as /etc/mailscope/mailscope.yaml says"),
            Example("mailscope run --config ./mailscope.yaml --log-level info", "tells of every look"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, .identityRefused, .interrupted, done: "stopped by a signal")
    ) { arguments in
        let hangUps = Signals.stream(of: [.hangUp])
        // It must not end the process while that stops, nor after the last stream is gone.
        Signals.disarm([.hangUp])
        let daemon = Daemon(world: try World(arguments)) { try World(arguments) }
        _ = try await Interruption.run(on: [.terminate, .interrupt], stopping: { daemon.stopping() }) {
            try await daemon.run(reloadingOn: hangUps)
        }
        return ExitCode.done.rawValue
    }
}
