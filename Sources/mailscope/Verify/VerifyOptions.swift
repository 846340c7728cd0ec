import CommandTree
import MailscopeKit

/// The options of `verify-scope`.
enum VerifyOptions {
    static let policy: Option<String?> = .text(
        "policy", "FILE", takes: .file,
        help: "the policy specification: what is open, what must be closed, which way")
    static let closed: Option<[String]> = .texts(
        "closed", "ADDRESS", takes: .text("an address or an object id"),
        help: "a mailbox that must be closed; may be given several times")
    static let closedFrom: Option<[String]> = .texts(
        "closed-from", "FILE", takes: .file,
        help: "a file of them: one a line, or CSV of Get-EXOMailbox | Export-Csv")
    static let evidence: Option<[String]> = .texts(
        "evidence", "FILE", takes: .file,
        help: "what the 5-evidence scripts wrote, to be drawn into the page of --html; needs --policy")
    static let rounds: Option<Int> = .number(
        "rounds", "NUMBER", in: 1...100, default: 1,
        help: "how many rounds must agree; front ends cache apart")
    static let every = duration("every", .seconds(300), "5m", help: "the pause between two rounds")
    static let wait = Option<Duration?>(
        "wait", "TIME", takes: .text("a time as 90s, 5m or 4h"), default: .some(nil),
        help: "try again until confined, for so long at the most"
    ) { text in Self.parse(text).map { .some($0) } }
    static let patience = duration(
        "patience", .seconds(1_800), "30m",
        help: "how long to wait for a service that only says to come back later")
    static let lanes: Option<Int> = .number(
        "lanes", "NUMBER", in: 1...64, default: 8,
        help: "requests in flight over all mailboxes; at most 4 in one")
    static let controlEvery: Option<Int> = .number(
        "control-every", "NUMBER", in: 1...100_000, default: 200,
        help: "after how many probes the open mailbox is read again")
    static let allData: Option<Bool> = .flag(
        "all-data", help: "probe calendars, contacts and settings as well")
    static let archives: Option<Bool> = .flag(
        "archives", help: "probe archives by their own names as well, which is undocumented")
    static let resume: Option<String?> = .text(
        "resume", "FILE", takes: .file, help: "keep answers there, and go on from it after an interruption")
    static let jsonLines: Option<Bool> = .flag(
        "json-lines", help: "print every probe as a line of JSON when it is made, the report last")
    static let quiet: Option<Bool> = .flag(
        "quiet", short: "q", help: "say nothing where it is confined; for cron")
    static let nagios: Option<Bool> = .flag(
        "nagios", help: "print one line for Nagios; exit 0 confined, 2 breach, 3 inconclusive or failed")
    static let metrics: Option<String?> = .text(
        "metrics", "FILE", takes: .file, help: "write metrics for the textfile collector of Prometheus")

    static let all: [any AnyOption] = [
        policy, closed, closedFrom, evidence, rounds, every, wait, patience, lanes, controlEvery, allData,
        archives,
        resume,
        Options.json,
        jsonLines, quiet, nagios, metrics,
    ]

    /// Whatever the command line says in words of its own: files and mailboxes.
    static func words(_ arguments: Arguments) -> [String] {
        let files = [
            arguments[Options.config], arguments[policy], arguments[resume], arguments[metrics],
            arguments[ReportOptions.html], arguments[ReportOptions.report],
            arguments[ReportOptions.redactKey],
        ].compactMap(\.self)
        return files + arguments[closed] + arguments[closedFrom] + arguments[evidence]
    }

    private static func duration(
        _ name: String, _ absent: Duration, _ shown: String, help: String
    ) -> Option<Duration> {
        Option(
            name, "TIME", takes: .text("a time as 90s, 5m or 4h"), default: absent, shownDefault: shown,
            help: help,
            read: parse)
    }

    /// `90s`, `5m`, `4h`, `1d`; a week at the most.
    static func parse(_ text: String) -> Duration? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), number > 0,
            number <= 604_800 / unit
        else { return nil }
        return .seconds(number * unit)
    }
}
