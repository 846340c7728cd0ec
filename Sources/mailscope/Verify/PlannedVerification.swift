import CommandTree
import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity
import Verification

/// A run of `verify-scope` as the command line and the configuration want it.
struct PlannedVerification {
    private let arguments: Arguments
    private let world: World
    private let plan: ProbePlan
    /// Of the policy specification.
    private let policyClosed: ClosedMailboxArray?
    private let redactor: ReportRedactor?
    private let drawing: String?
    private let disk = DiskThread()
    private let lines = ProbeLines()

    /// `redactor` where names are not to be seen.
    init(_ arguments: Arguments, _ redactor: ReportRedactor?) throws {
        self.arguments = arguments
        self.redactor = redactor
        let forms = [Options.json, VerifyOptions.jsonLines, VerifyOptions.nagios].filter { arguments[$0] }
        if forms.count > 1 {
            throw Failure(
                .usage, "--\(forms[0].name) and --\(forms[1].name) cannot both be given",
                hints: ["choose one of the two"])
        }
        if arguments[VerifyOptions.closed].isEmpty, arguments[VerifyOptions.closedFrom].isEmpty,
            arguments[VerifyOptions.policy] == nil
        {
            throw Failure(VerificationError.nothingClosed, exitCode: .usage)
        }
        try Self.requireFilesOfTheirOwn(arguments)
        if arguments[VerifyOptions.wait] != nil, arguments[VerifyOptions.resume] != nil {
            throw Failure(
                .usage, "--wait and --resume cannot both be given",
                hints: ["an attempt of --wait begins anew each time: leave --resume out"])
        }
        world = try World(arguments)
        var plan = Self.plan(arguments, world.configuration)
        if let path = arguments[VerifyOptions.policy] {
            let file = try PolicyFile.read(path, in: world.surroundings)
            let policy = VerifiedPolicy(file.specification, file: path)
            try policy.apply(to: &plan, of: world.configuration)
            policyClosed = policy.closed
            plan.namedClosed.formUnion(file.specification.closed.map(ClosedMailbox.key))
            drawing = try EvidenceDrawing.svg(arguments, of: file)
        } else {
            policyClosed = nil
            drawing = try EvidenceDrawing.svg(arguments, of: nil)
        }
        plan.namedClosed.formUnion(arguments[VerifyOptions.closed].map(ClosedMailbox.key))
        self.plan = plan
    }

    /// Of two results in one file the first would be lost.
    private static func requireFilesOfTheirOwn(_ arguments: Arguments) throws(Failure) {
        let report = arguments[ReportOptions.report]
        let files = [
            ("--report", report), ("the signature of --report", report.map { $0 + ".jws" }),
            ("--html", arguments[ReportOptions.html]), ("--metrics", arguments[VerifyOptions.metrics]),
            ("--resume", arguments[VerifyOptions.resume]),
        ].compactMap { option, path in
            path.map { (option: option, path: URL(filePath: $0).standardized.path) }
        }
        for (index, file) in files.enumerated() {
            guard let other = files[..<index].first(where: { $0.path == file.path }) else { continue }
            throw Failure(
                .usage, "\(other.option) and \(file.option) would be written to the same file",
                hints: ["give each a name of its own"])
        }
    }

    private static func plan(_ arguments: Arguments, _ configuration: Configuration) -> ProbePlan {
        var plan = ProbePlan(
            graphRoot: configuration.cloud.graphRoot, tenant: configuration.registration.tenant,
            clientID: configuration.registration.clientID,
            open: [OpenMailbox(label: configuration.mailbox, objectID: configuration.mailboxObjectID)])
        if !configuration.cloud.hasDelta { plan.doors.removeAll { $0 == .inboxDelta } }
        if arguments[VerifyOptions.allData] { plan.doors += ProbeDoor.otherData }
        plan.probesArchives = arguments[VerifyOptions.archives]
        plan.rounds = arguments[VerifyOptions.rounds]
        plan.every = arguments[VerifyOptions.every]
        plan.wait = arguments[VerifyOptions.wait]
        plan.patience.throttled = arguments[VerifyOptions.patience]
        plan.lanes = arguments[VerifyOptions.lanes]
        plan.controlEvery = arguments[VerifyOptions.controlEvery]
        plan.patience.deadlines.connect = configuration.deadlines.connect
        plan.patience.deadlines.stall = configuration.deadlines.stall
        return plan
    }

    /// Asks, and says what was found.
    ///
    /// - Returns: the exit code.
    func run() async throws -> Int32 {
        let closed = try closedMailboxes()
        let bar =
            arguments[VerifyOptions.quiet]
            ? nil
            : ProbeBar(Terminal(.error, environment: world.surroundings.environment), clock: world.clock)
        defer { bar?.erase() }
        let identity = try world.identityForTokens()
        let journal = try arguments[VerifyOptions.resume].map {
            try FileJournal($0, disk: disk, signer: identity.current.signer)
        }
        let report = try await Interruption.run {
            let speech = redactor.map(RedactedSpeech.init)
            let log = world.log({ speech?.log($0) ?? $0 }) { bar?.erase() }
            world.tell(identity, log)
            let transport = try world.transport(log: log)
            let verification = Verification(
                plan: plan, closed: closed, transport: transport,
                tokens: world.tokens(identity, transport: transport, log: log),
                exchangeTokens: world.exchangeTokens(identity, transport: transport, log: log),
                journal: journal, clock: world.clock, log: log, tool: Program.version, sha256: SHA256.digest,
                emit: { show($0, bar) })
            return try await verification.run()
        }
        bar?.erase()
        guard let report else { throw Failure(VerificationError.cancelled, exitCode: .interrupted) }
        await note(report)
        return try answer(report, identity.current.signer)
    }

    /// For `status` and the daemon's metrics, where this user may write the daemon's ledger.
    private func note(_ report: VerificationReport) async {
        do {
            let ledger = try await world.ledgerForRetry()
            try await ledger.note(.lastVerdict, report.verdict.rawValue)
            try await ledger.note(.lastVerdictReached, UTCMoment.text(report.ended))
        } catch {
            world.log().debug("the verdict was not noted in the ledger", [LogField("reason", "\(error)")])
        }
    }

    private func show(_ event: ProbeEvent, _ bar: ProbeBar?) {
        if arguments[VerifyOptions.jsonLines], let line = ProbeLine(event, redactor) { lines.write(line) }
        switch event {
        case .progress(let progress): bar?.show(progress)
        case .notice(let text, let detail):
            say(redactor?.text(text) ?? text + (detail.map { ": \($0)" } ?? ""), bar)
        case .waiting(let until, let verdict):
            say("\(verdict.rawValue) so far; the next attempt begins at \(UTCMoment.text(until))", bar)
        case .resting(let until, let round): say("round \(round) begins at \(UTCMoment.text(until))", bar)
        case .voided(let mailbox, let probes, let reason):
            let mailbox = redactor?.name(mailbox) ?? mailbox
            say("\(reason): asking for \(mailbox) again (\(Quantity.count(probes, "probe")))", bar)
        case .probe, .control: break
        }
    }

    private func say(_ text: String, _ bar: ProbeBar?) {
        guard !arguments[VerifyOptions.quiet], !arguments[VerifyOptions.nagios] else { return }
        bar?.erase()
        world.console.note(text)
    }

    /// Says the verdict first, then writes the files. What fails must cost neither the others nor the exit code of a breach.
    private func answer(_ found: VerificationReport, _ signer: any AssertionSigner) throws -> Int32 {
        let report = redactor?.report(found) ?? found
        let line = arguments[VerifyOptions.nagios] ? NagiosLine(report) : nil
        let files = ReportFiles(
            html: arguments[ReportOptions.html], report: arguments[ReportOptions.report], drawing: drawing)
        let outputs: [() throws -> Void] = [
            { if let fault = lines.fault { throw fault } }, { try tell(report, line) },
            { try files.write(report, signer: signer) }, { try write(VerificationMetrics(report)) },
        ]
        var faults: [any Error] = []
        for output in outputs {
            do { try output() } catch { faults.append(error) }
        }
        if report.verdict == .confined, let last = faults.popLast() {
            faults.forEach(complain)
            throw last
        }
        faults.forEach(complain)
        return line?.code ?? ExitCode(report.verdict).rawValue
    }

    private func tell(_ report: VerificationReport, _ line: NagiosLine?) throws {
        if let line {
            try world.console.answer(line.text)
        } else if arguments[VerifyOptions.jsonLines] {
            try ProbeLine(report).write()
        } else if arguments[Options.json] {
            try world.console.answer(json: report)
        } else if !arguments[VerifyOptions.quiet] || report.verdict != .confined {
            let terminal = Terminal(.output, environment: world.surroundings.environment)
            try world.console.answer(
                VerificationText(report: report, wantsColour: terminal.wantsColour).text)
        }
    }

    private func write(_ metrics: VerificationMetrics) throws {
        guard let path = arguments[VerifyOptions.metrics] else { return }
        try ReportFiles.write(Array(metrics.text.utf8), to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }

    private func complain(_ error: any Error) {
        let failure = redactor.map { RedactedSpeech(redactor: $0).failure(error) } ?? Failure(error)
        world.console.complain(failure, environment: world.surroundings.environment)
    }

    /// What the command line names; the open mailbox among it by name is a mistake, in a file it is left out.
    private func closedMailboxes() throws -> any ClosedMailboxSource {
        var sources: [any ClosedMailboxSource] = [policyClosed].compactMap(\.self)
        var named: [ClosedMailbox] = []
        let open = Set(
            plan.open.flatMap { [$0.label, $0.objectID].compactMap(\.self).map(ClosedMailbox.key) })
        for text in arguments[VerifyOptions.closed] {
            guard let mailbox = ClosedMailbox(named: text) else {
                throw Failure(
                    .usage, "--closed '\(text)' is neither an address nor an object id",
                    hints: ["write it as --closed boss@contoso.com"])
            }
            guard open.isDisjoint(with: mailbox.keys) else {
                throw Failure(
                    .usage, "\(text) is the mailbox that is to be read, so it cannot be closed",
                    hints: ["take it out of --closed"])
            }
            named.append(mailbox)
        }
        if !named.isEmpty { sources.append(ClosedMailboxArray(name: "--closed", named)) }
        for path in arguments[VerifyOptions.closedFrom] {
            sources.append(ClosedMailboxFile(try MailboxListFile(path, disk: disk)))
        }
        return ClosedMailboxSources(sources)
    }
}

extension ExitCode {
    init(_ verdict: Verdict) {
        switch verdict {
        case .confined: self = .done
        case .breach: self = .answeredNo
        case .inconclusive: self = .inconclusive
        }
    }
}

extension Failure {
    init(_ error: VerificationError, exitCode: ExitCode) {
        self.init(exitCode, "\(error)", hints: [error.hint])
    }

    init(_ error: VerificationError) {
        switch error {
        case .cancelled: self.init(error, exitCode: .interrupted)
        case .nothingClosed: self.init(error, exitCode: .usage)
        case .list, .journal: self.init(error, exitCode: .failed)
        }
    }
}
