import FoundationEssentials

/// What the process was started with. Read once, at the top; everything below is given what it needs.
struct Surroundings: Sendable {
    var environment: [String: String]
    var now: Date

    /// Where systemd put the credentials (systemd.exec(5), `LoadCredential=`).
    var credentialsDirectory: String? { filled("CREDENTIALS_DIRECTORY") }

    /// Where systemd lets the service keep its state; the first of several (`StateDirectory=`).
    var stateDirectory: String? {
        filled("STATE_DIRECTORY")?.split(separator: ":").first.map(String.init)
    }

    /// What a command that is a sink gets: nothing that systemd meant for the daemon itself.
    var forCommands: [String: String] {
        let ours: Set = [
            "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY", "JOURNAL_STREAM",
            "LISTEN_FDS", "LIBDISPATCH_LOG",
            "LISTEN_PID", "LISTEN_FDNAMES",
        ]
        return environment.filter { !ours.contains($0.key) }
    }

    private func filled(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    static func ofThisProcess() -> Surroundings {
        Surroundings(environment: ProcessInfo.processInfo.environment, now: Date())
    }
}
