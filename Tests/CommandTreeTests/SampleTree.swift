import CommandTree

/// A small program with everything that the tree can say.
enum SampleTree {
    static let config: Option<String> = .text(
        "config", "FILE", short: "c", takes: .file, default: "/etc/post.yaml", help: "the configuration")
    static let level = Option<String>(
        "level", "LEVEL", takes: .among(["low", "high"]), default: "low", shownDefault: "low",
        help: "how much to say"
    ) { ["low", "high"].contains($0) ? $0 : nil }
    static let json: Option<Bool> = .flag("json", short: "j", help: "print JSON")
    static let quiet: Option<Bool> = .flag("quiet", short: "q", help: "say nothing")
    static let count: Option<Int> = .number("count", "N", short: "n", in: 1...9, default: 3, help: "how many")
    static let tag: Option<[String]> = .texts("tag", "TAG", short: "t", help: "a tag, as often as wanted")
    static let until: Option<String?> = .text("until", "DATE", help: "where to stop")
    static let to: Option<String> = .text("to", "ADDRESS", help: "who gets it")

    static let send = Command(
        "send", "sends letters to one address",
        discussion:
            "Each letter goes out once, in the order given; a letter that cannot be read stops the rest.",
        options: [to, count, tag, until, json, quiet],
        operands: [Operand("LETTER", .oneOrMore, takes: .file, help: "a file with the letter's text")],
        examples: [Example("post send --to a@contoso.test hello.txt", "sends one letter")],
        exitCodes: [ExitCodeMeaning(0, "sent"), ExitCodeMeaning(64, "the command line makes no sense")]
    ) { _ in 0 }
    static let list = Command("list", "lists what waits", options: [json]) { _ in 0 }
    static let empty = Command("empty", "throws away what waits") { _ in 7 }
    static let box = Command("box", "looks after the box", children: [list, empty])
    static let root = Command(
        "post", "carries letters", options: [config, level], version: "1.2.3", children: [send, box])

    /// The whole name of the verb, and its arguments.
    static func arguments(_ line: String) throws -> (name: String, Arguments) {
        guard case .run(_, let name, let arguments) = try root.interpret(words(line)) else {
            throw UsageError(message: "shows text")
        }
        return (name, arguments)
    }

    static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    static func shown(_ line: String) throws -> String {
        guard case .show(let text) = try root.interpret(words(line)) else {
            throw UsageError(message: "runs a verb")
        }
        return text
    }
}
