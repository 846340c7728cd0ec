import CommandTree
import FoundationEssentials
import LinuxHost
import MailscopeKit
import YAMLDocument

/// Gathers the answers: from the options, then from a person where there is one.
struct InitInterview {
    private let arguments: Arguments
    private let now: Date
    private let questions: InitQuestions?
    private var gathered: InitAnswers
    private var missing: [Failure.Complaint] = []

    init(_ arguments: Arguments, now: Date) {
        self.arguments = arguments
        self.now = now
        questions = StandardInput.isTerminal ? InitQuestions() : nil
        let file = InitFlags.absolute(arguments[Options.config])
        gathered = InitAnswers(file: file, directory: FileSystem.parent(of: file))
    }

    /// - Throws: ``Failure``, for a value that cannot be used and, without a terminal, for one that is missing.
    func answers() async throws -> InitAnswers {
        var interview = self
        try await interview.askDirectory()
        try interview.requireNoConfiguration()
        try interview.takeOptions()
        try await interview.askWho()
        try await interview.askWhere()
        try await interview.askCertificate()
        guard interview.missing.isEmpty else { throw Failure(.usage, interview.missing) }
        return interview.gathered
    }

    // MARK: One value

    /// Takes the option's value, or asks. `set` puts it where the configuration's reader can judge it.
    private mutating func take(
        _ option: Option<String?>, _ question: String, standard: String? = nil, isOptional: Bool = false,
        _ set: (String, inout InitAnswers) -> Failure.Complaint?
    ) async throws {
        if let value = arguments[option] {
            if let complaint = judge(value, set) {
                throw Failure(
                    .usage, "--\(option.name): " + complaint.message, hints: complaint.hints)
            }
        } else if let questions {
            // The answers so far are a struct; each try works on a copy.
            var copy = self
            try await questions.ask(question, standard: standard) { copy.judge($0, set) }
            self = copy
        } else if let standard, !standard.isEmpty {
            if let complaint = judge(standard, set) { throw Failure(.failed, [complaint]) }
        } else if !isOptional {
            missing.append(
                Failure.Complaint(
                    message: "--\(option.name) is missing, and there is no terminal to ask on",
                    hints: ["--\(option.name) \(option.placeholder ?? ""): \(option.help)"]))
        }
    }

    /// Keeps the value where nothing is wrong with it.
    private mutating func judge(
        _ value: String, _ set: (String, inout InitAnswers) -> Failure.Complaint?
    ) -> Failure.Complaint? {
        var trial = gathered
        if let complaint = set(value, &trial) { return complaint }
        if let finding = trial.objection(now: now) {
            return Failure.Complaint(
                message: finding.reason, hints: finding.hint.map { [$0] } ?? [])
        }
        gathered = trial
        return nil
    }

    // MARK: Where the files go

    private mutating func askDirectory() async throws {
        let isNamed = arguments.given.contains(Options.config.name)
        if isNamed, arguments[InitFlags.directory] == nil {
            if let complaint = Self.objection(toDirectory: gathered.directory) {
                throw Failure(.failed, [complaint])
            }
            return
        }
        let file = gathered.file
        try await take(InitFlags.directory, "Directory for the files", standard: gathered.directory) {
            text, answers in
            if let complaint = InitFlags.objection(toPath: text) { return complaint }
            answers.directory = InitFlags.absolute(text)
            answers.file = isNamed ? file : answers.directory + "/mailscope.yaml"
            return Self.objection(toDirectory: answers.directory)
        }
    }

    private static func objection(toDirectory path: String) -> Failure.Complaint? {
        InitFlags.objection(toPath: path) ?? PathCheck.directory(path, "the directory")
    }

    private func requireNoConfiguration() throws {
        guard try FileSystem.facts(of: gathered.file) != nil else { return }
        throw Failure(
            .failed, "\(gathered.file) is there already, and is not changed",
            hints: [
                "'mailscope doctor --config \(gathered.file)' says whether all is well",
                "for another mailbox: mailscope init --directory /etc/mailscope/NAME",
            ])
    }

    // MARK: Who reads what

    /// Options that are never asked for.
    private mutating func takeOptions() throws {
        gathered.cloud = arguments[InitFlags.cloud] ?? .global
        gathered.authority = arguments[InitFlags.authority]
        gathered.graph = arguments[InitFlags.graph]
        gathered.content = arguments[InitFlags.content]
        gathered.mailboxObjectID = arguments[InitFlags.mailboxObjectID]
        for (option, path) in [
            (InitFlags.caFile, \InitAnswers.caFile), (InitFlags.key, \.givenKey),
            (InitFlags.certificate, \.givenCertificate),
        ] {
            guard let text = arguments[option] else { continue }
            if let complaint = InitFlags.objection(toPath: text) { throw Failure(.usage, [complaint]) }
            gathered[keyPath: path] = InitFlags.absolute(text)
        }
        if gathered.givenCertificate != nil, gathered.givenKey == nil {
            throw Failure(.usage, "--certificate goes with --key", hints: ["name the certificate's key too"])
        }
        if gathered.givenKey != nil, arguments[InitFlags.name] != nil || arguments[InitFlags.days] != nil {
            throw Failure(
                .usage,
                "--name and --days are for a certificate that is made, and --key names one that is there",
                hints: ["leave out the one or the other"])
        }
        // With a sink that fits, so that only these options are judged.
        var trial = gathered
        trial.sink = gathered.fittingContent == .mime ? trial.sink : .jsonLines("/messages.jsonl")
        if let finding = trial.objection(now: now) {
            throw Failure(
                .usage, "--\(finding.key): \(finding.reason)", hints: finding.hint.map { [$0] } ?? [])
        }
        gathered.sink = trial.sink
    }

    private mutating func askWho() async throws {
        try await take(InitFlags.tenant, "Tenant, the Directory (tenant) ID or a verified domain") {
            $1.tenant = $0
            return nil
        }
        try await take(
            InitFlags.clientID,
            "App, its Application (client) ID; just Enter where IT has yet to register it",
            standard: questions == nil ? nil : ""
        ) { text, answers in
            answers.clientID = text.isEmpty || text == "later" ? InitAnswers.unregistered : text
            return nil
        }
        try await take(InitFlags.mailbox, "Mailbox, the address of the only one that will be read") {
            $1.mailbox = $0
            return nil
        }
    }

    // MARK: Where messages go

    private mutating func askWhere() async throws {
        let command = arguments[InitFlags.command]
        let given = [
            arguments[InitFlags.maildir].map { _ in "maildir" },
            arguments[InitFlags.jsonLines].map { _ in "json-lines" }, command.isEmpty ? nil : "command",
        ].compactMap(\.self)
        guard given.count <= 1 else {
            throw Failure(
                .usage, "--\(given[0]) and --\(given[1]) cannot both be given",
                hints: ["choose one; the configuration takes several sinks when you write them there"])
        }
        let kind: String
        if let given = given.first {
            kind = given
        } else if let questions {
            kind = try await Self.askKind(questions)
        } else {
            missing.append(
                Failure.Complaint(
                    message:
                        "--maildir, --json-lines or --command is missing, and there is no terminal to ask on",
                    hints: [
                        "it says where messages go: --maildir DIR, --json-lines FILE or --command PROGRAM"
                    ]))
            return
        }
        switch kind {
        case "maildir":
            try await take(InitFlags.maildir, "The Maildir", standard: gathered.place("Maildir")) {
                $1.sink = .maildir(InitFlags.absolute($0))
                return InitFlags.objection(toPath: $0) ?? $1.objectionToSink
            }
        case "json-lines":
            try await take(InitFlags.jsonLines, "The file", standard: gathered.place("messages.jsonl")) {
                $1.sink = .jsonLines(InitFlags.absolute($0))
                return InitFlags.objection(toPath: $0) ?? $1.objectionToSink
            }
        default: try await askCommand(command)
        }
        try await take(
            InitFlags.start,
            "How much of the past is fetched: now (nothing), all, or since a day, 2026-01-31",
            standard: "now"
        ) {
            $1.start = $0
            return nil
        }
    }

    private static func askKind(_ questions: InitQuestions) async throws -> String {
        let kinds = ["maildir", "json-lines", "command"]
        var kind = ""
        try await questions.ask(
            "Messages go to a maildir, a file of json-lines, or a command", standard: "maildir"
        ) { answer in
            let fitting = kinds.filter { $0.hasPrefix(answer.lowercased()) }
            guard let one = fitting.first, fitting.count == 1 else {
                return Failure.Complaint(message: "that is none of the three", hints: [])
            }
            kind = one
            return nil
        }
        return kind
    }

    private mutating func askCommand(_ words: [String]) async throws {
        let set = { (words: [String], answers: inout InitAnswers) -> Failure.Complaint? in
            answers.sink = .command(words)
            return words.lazy.compactMap(InitFlags.objection(toPath:)).first ?? answers.objectionToSink
        }
        if !words.isEmpty {
            if let complaint = judge("", { set(words, &$1) }) {
                throw Failure(.usage, "--command: " + complaint.message, hints: complaint.hints)
            }
        } else if let questions {
            var copy = self
            try await questions.ask("The program, with its absolute path, and its arguments between spaces") {
                let words = $0.split(separator: " ").map(String.init)
                return copy.judge("") { set(words, &$1) }
            }
            self = copy
        }
    }

    // MARK: The certificate

    private mutating func askCertificate() async throws {
        guard gathered.givenKey == nil, try FileSystem.facts(of: gathered.certificate ?? "") == nil else {
            return
        }
        try await take(InitFlags.name, "Name in the certificate", standard: gathered.name) { text, answers in
            answers.commonName = text
            return NewIdentity.objection(toName: text)
        }
        if let days = arguments[InitFlags.days] {
            gathered.days = days
        } else if let questions {
            var days = 365
            try await questions.ask("Days that the certificate is valid", standard: "365") { text in
                guard let number = Int(text), NewIdentity.dayBounds.contains(number) else {
                    let bounds = NewIdentity.dayBounds
                    return Failure.Complaint(
                        message: "it takes a whole number from \(bounds.lowerBound) to \(bounds.upperBound)",
                        hints: [])
                }
                days = number
                return nil
            }
            gathered.days = days
        }
    }
}

extension InitAnswers {
    /// Whether the place of messages could be used as things stand; the state directory will be made.
    fileprivate var objectionToSink: Failure.Complaint? {
        let place: SinkConfiguration
        switch sink {
        case .maildir(let path): place = .maildir(path: path, syncsFileSystem: false)
        case .jsonLines(let path): place = .jsonLines(path: path, rotateAt: nil, keep: nil)
        case .command(let words):
            guard words.first?.hasPrefix("/") == true else { return nil }
            place = .command(run: words, timeout: .seconds(60), concurrency: 1)
        }
        switch sink {
        case .maildir(let path), .jsonLines(let path):
            if [state, directory].contains(FileSystem.parent(of: path)) { return nil }
        case .command: break
        }
        return PathCheck.complaint(about: place)
    }
}
