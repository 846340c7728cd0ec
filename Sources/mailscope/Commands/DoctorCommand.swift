import CommandTree
import LinuxHost
import MailscopeKit
import Synchronization
import YAMLDocument

/// `mailscope doctor`: every precondition, one after the other.
enum DoctorCommand {
    private static let timeout: Option<Int> = .number(
        "timeout", "SECONDS", in: 1...3_600, default: 15, help: "how long each step may take")

    static let command = Command(
        "doctor", "looks at everything that fetching needs, and says what to do where something is wrong",
        discussion: """
            Configuration, key and certificate, proxy, names, TLS, clock, token, permissions, the mailbox, the places that \
            messages go to, the ledger, other instances and the systemd unit: each is ok, a warning, a failure, or skipped \
            because of an earlier failure. Asks the tenant a handful of requests; changes neither mail nor ledger. Run it as \
            the daemon's user, or as root. Ends with the code of the first failure; warnings do not count.
            """,
        options: [timeout, Options.json],
        examples: [
            Example("mailscope doctor", "looks at what /etc/mailscope/mailscope.yaml needs"),
            Example("mailscope doctor --config ./mailscope.yaml --json", "prints what was found as JSON"),
        ],
        exitCodes: ExitCode.meanings(
            .failed, .configuration, .identityRefused, .interrupted, done: "nothing stands in the way")
    ) { arguments in
        let console = Console()
        let surroundings = Surroundings.ofThisProcess()
        let colour = Terminal(.output, environment: surroundings.environment).wantsColour
        let isJSON = arguments[Options.json]
        let tell: @Sendable (Checkup) -> Void = { checkup in
            if !isJSON { try? console.answer(checkup.text(colour: colour)) }
        }
        let checks: [Checkup]?
        do {
            let doctor = Doctor(
                try World(arguments), limit: .seconds(arguments[timeout]), tell: tell)
            checks = try await Interruption.run {
                await doctor.run()
                return doctor.results
            }
        } catch {
            checks = withoutConfiguration(error)
            checks?.forEach(tell)
        }
        guard let checks else { throw Failure(.interrupted, "interrupted") }
        let report = DoctorReport(checks, file: arguments[Options.config], now: surroundings.now)
        if isJSON { try console.answer(json: report) } else { console.note(report.text) }
        return report.exitCode
    }

    /// Nothing can be looked at without it.
    private static func withoutConfiguration(_ error: any Error) -> [Checkup] {
        [.failure(.configuration, error)]
            + Checkup.Name.allCases.dropFirst().map { .skipped($0, after: .configuration) }
    }
}
