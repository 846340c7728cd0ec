import CommandTree
import LinuxHost
import MailscopeKit

/// `mailscope fetch`: one pass.
enum FetchCommand {
    static let command = Command(
        "fetch", "fetches what is new, once, and ends",
        discussion: """
            For cron, or to try a configuration. Says nothing where nothing has happened; a long walk shows its progress \
            on a terminal. A pass that was cut off goes on at the next. Ends with 1 where a message could not be delivered, \
            though the others were.
            """,
        options: [Options.json],
        examples: [
            Example("mailscope fetch", "fetches what is new, as the configuration says"),
            Example("mailscope fetch --config ./mailscope.yaml --log-level debug", "shows every step"),
            Example("mailscope fetch --json", "prints what was done as JSON"),
        ],
        exitCodes: ExitCode.meanings(.failed, .configuration, .identityRefused, .interrupted)
    ) { arguments in
        let world = try World(arguments)
        let wantsJSON = arguments[Options.json]
        if wantsJSON, world.configuration.sinks.contains(where: \.usesStandardOutput) {
            throw Failure(
                .usage, "--json and the messages of 'stdout: true' would run into each other",
                hints: ["leave out --json, or give 'json-lines' a path"])
        }
        let bar = ProgressBar(environment: world.surroundings.environment, clock: world.clock)
        defer { bar?.erase() }
        let summary = try await Interruption.run {
            let log = world.log(above: bar)
            let company = CollectingCompany(progress: { bar?.show($0) })
            let collecting = try await world.collecting(log: log, company)
            let result: Result<PassSummary, CollectError>
            do throws(CollectError) { result = .success(try await collecting.collector.pass()) } catch {
                result = .failure(error)
            }
            await collecting.care.look()
            do throws(CollectError) { return try result.get() } catch {
                throw Failure(error, asked: world.configuration)
            }
        }
        bar?.erase()
        guard let summary else { throw Failure(.interrupted, "interrupted; the next pass goes on from here") }
        let report = PassReport(summary)
        if wantsJSON {
            try world.console.answer(json: report)
        } else if !report.isQuiet {
            world.console.note(report.text)
        }
        let left = summary.deferred + summary.quarantined
        guard left == 0 else {
            throw Failure(
                .failed,
                "\(Quantity.count(left, "message")) could not be delivered"
                    + (summary.firstReason.map { (left == 1 ? ": " : ", the first: ") + $0 } ?? ""),
                hints: [
                    summary.quarantined > 0
                        ? "see 'mailscope quarantine list'"
                        : "each is tried again; --log-level info says why each failed"
                ])
        }
        return ExitCode.done.rawValue
    }
}
