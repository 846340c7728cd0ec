import CommandTree
import CurlTransport
import FoundationEssentials
import LinuxHost
import MailSinks
import MailscopeKit
import OpenSSLIdentity
import SQLiteLedger

/// The only place that joins all parts, as the configuration says.
struct World: Sendable {
    let surroundings: Surroundings
    let configuration: Configuration
    let console = Console()
    let clock = SystemClock()

    /// Reads the configuration that the command line names.
    init(_ arguments: Arguments) throws {
        surroundings = .ofThisProcess()
        var configuration = try Configuration.read(file: arguments[Options.config], in: surroundings)
        if let level = arguments[Options.logLevel] { configuration.log.level = level }
        self.configuration = configuration
    }

    /// The log as the configuration wants it.
    func log() -> Log {
        let settings = configuration.log
        switch settings.format {
        case .auto:
            return LogWriter.standard(
                level: settings.level, clock: clock, environment: surroundings.environment, always: logged)
        case .text: return LogWriter.standard(level: settings.level, clock: clock, environment: [:])
        case .journal:
            guard let journal = Journal(always: logged) else {
                return LogWriter.standard(level: settings.level, clock: clock, environment: [:])
            }
            return Log(level: settings.level) { record in
                if !journal.write(record) { StandardStream.error.write(LogWriter.line(record) + "\n") }
            }
        }
    }

    /// Tells one mailbox's records from another's: `journalctl MAILSCOPE_MAILBOX=…`.
    private var logged: [LogField] {
        [
            LogField("mailbox", configuration.mailbox), LogField("configuration", configuration.file),
        ]
    }

    /// The log of a command that draws a bar: a line takes the bar's place, and the bar comes again below it.
    func log(above bar: ProgressBar?) -> Log {
        guard let bar else { return log() }
        return log { bar.erase() }
    }

    /// The log as lines on standard error, each as `change` makes it and after `prepare`.
    func log(
        _ change: @escaping @Sendable (LogRecord) -> LogRecord = { $0 },
        _ prepare: @escaping @Sendable () -> Void
    ) -> Log {
        Log(level: configuration.log.level) { record in
            prepare()
            StandardStream.error.write(LogWriter.line(change(record)) + "\n")
        }
    }

    /// The app's certificates, as tokens are asked for with them.
    ///
    /// - Throws: why none of them can be used.
    func identity() throws -> AppIdentity {
        try AppIdentity(
            configuration.certificate, next: configuration.nextCertificate, now: surroundings.now, credential)
    }

    /// The same, for those who are about to ask for a token.
    ///
    /// - Throws: also where the client id is the one that `init` leaves to be filled in.
    func identityForTokens() throws -> AppIdentity {
        guard !configuration.awaitsRegistration else {
            throw Failure(
                .configuration,
                "\(configuration.file): 'client-id' is all zeros: the app is not registered yet",
                hints: ["put the Application (client) ID that IT gives you there"])
        }
        return try identity()
    }

    /// One pair of key and certificate; `now` is nil where its dates do not matter.
    func credential(_ files: CertificateFiles, now: Date?) throws -> AppCredential {
        let signer = try OpenSSLSigner(loading: files.places(in: surroundings), now: now)
        guard signer.isKeyElsewhere else { return AppCredential(signer, configuration.algorithm) }
        let algorithm = try DeviceAlgorithm.working(
            configuration.algorithm, isChosen: configuration.isAlgorithmChosen, key: files.key
        ) { algorithm throws(SigningError) in try signer.prove(algorithm) }
        return AppCredential(signer, algorithm)
    }

    /// What is wrong with one of two pairs, in the log.
    func tell(_ identity: AppIdentity, _ log: Log) {
        for trouble in identity.troubles {
            log.warning(
                "one of the two certificates cannot be used",
                [LogField("reason", trouble.message)] + trouble.hints.map { LogField("hint", $0) })
        }
    }

    /// The authorities of the configuration's own; nil where the system's are taken.
    func authorities() throws(IdentityError) -> [CertificateFacts]? {
        guard let file = configuration.caFile else { return nil }
        return try AuthorityFile(reading: file).certificates
    }

    /// `watch` is shown the certificates of servers.
    func transport(
        log: Log, watch: (@Sendable (ServerChain) -> Void)? = nil
    ) throws(TransportSetupError) -> any HTTPTransport {
        OpenSSLRuntime.start()
        return try CurlTransport(
            CurlConfiguration(
                version: Program.version, authorityFile: configuration.caFile, log: log, watch: watch))
    }

    func tokens(
        _ identity: AppIdentity, transport: any HTTPTransport, log: Log,
        heard: @escaping @Sendable (NextCertificateAnswer) -> Void = { _ in }
    ) -> any AccessTokenSource {
        TokenSource(
            registration: configuration.registration, cloud: configuration.cloud,
            algorithm: identity.current.algorithm, signer: identity.current.signer, next: identity.next,
            heard: heard, transport: transport, clock: clock, log: log)
    }

    /// Tokens of the same app for Exchange Online's own resource; nil in a cloud whose name for it is not known.
    func exchangeTokens(
        _ identity: AppIdentity, transport: any HTTPTransport, log: Log
    ) -> (any AccessTokenSource)? {
        guard let cloud = configuration.cloud.forExchange else { return nil }
        return TokenSource(
            registration: configuration.registration, cloud: cloud,
            algorithm: identity.current.algorithm, signer: identity.current.signer, next: identity.next,
            transport: transport, clock: clock, log: log)
    }

    /// All that it takes to collect, with the state directory taken for this process.
    func collecting(log: Log, _ company: CollectingCompany) async throws -> Collecting {
        let identity = try identityForTokens()
        let ledger = try await SQLiteLedger.open(
            configuration.state, owner: owner, clock: clock)
        do {
            let preparation = Preparation(identity: identity, transport: try transport(log: log))
            return try await collecting(preparation, on: ledger, gate: nil, log: log, company)
        } catch {
            await ledger.noteFailure(error, at: clock.now)
            throw error
        }
    }

    /// What can be made ready while another collector still works.
    func preparation(log: Log) throws -> Preparation {
        Preparation(identity: try identity(), transport: try transport(log: log))
    }

    /// All that it takes to collect, on a ledger that is open; no other collector may be at work on it.
    ///
    /// - Parameters:
    ///   - preparation: this world's own.
    ///   - ledger: of this world's state directory and mailbox.
    ///   - gate: the one that was used before, where its limits hold; nil for one of its own.
    ///   - log: is told.
    ///   - company: watches it.
    /// - Returns: the collector, and what it works with.
    /// - Throws: why it cannot work.
    func collecting(
        _ preparation: Preparation, on ledger: any Ledger, gate: RequestGate?, log: Log,
        _ company: CollectingCompany
    ) async throws -> Collecting {
        let identity = preparation.identity
        tell(identity, log)
        try await ledger.note(.mailbox, configuration.mailbox)
        let care = try await CertificateCare(
            current: identity.current.certificate, next: identity.next?.certificate, ledger: ledger,
            clock: clock, log: log)
        var transport = preparation.transport
        if let traffic = company.traffic {
            transport = CountingTransport(
                transport: transport, traffic: traffic, graphRoot: configuration.cloud.graphRoot)
        }
        let tokens = tokens(identity, transport: transport, log: log) { care.hear($0) }
        let gate = gate ?? RequestGate(limits: configuration.limits, ledger: ledger, clock: clock, log: log)
        let collector = try await collector(transport, tokens, gate, ledger, log, company)
        return Collecting(
            collector: collector, ledger: ledger, care: care, preparation: preparation, tokens: tokens,
            gate: gate)
    }

    private func collector(
        _ transport: any HTTPTransport, _ tokens: any AccessTokenSource, _ gate: RequestGate,
        _ ledger: any Ledger, _ log: Log, _ company: CollectingCompany
    ) async throws -> Collector {
        let disk = DiskThread()
        let sinks = try await sinks(disk: disk).map { company.sinks?.watched($0) ?? $0 }
        let spool: FileSpool? =
            configuration.content == .mime
            // Not the sinks' thread: what arrives must not wait for their syncs.
            ? try await FileSpool.open(configuration.state + "/spool", disk: DiskThread(name: "spool")) : nil
        var patience = GraphSettings()
        patience.deadlines = configuration.deadlines
        patience.streamDeadlines.connect = configuration.deadlines.connect
        patience.streamDeadlines.stall = configuration.deadlines.stall
        let mail = GraphMail(
            scope: try configuration.scope, transport: transport, tokens: tokens, gate: gate, clock: clock,
            log: log, settings: patience)
        return Collector(
            mail: mail, ledger: ledger, sinks: sinks, spool: spool, settings: configuration.collection,
            clock: clock, log: log, progress: company.progress, isEnding: company.isEnding)
    }

    private func sinks(disk: DiskThread) async throws(SinkError) -> [any MessageSink] {
        var sinks: [any MessageSink] = []
        for sink in configuration.sinks {
            switch sink {
            case .maildir(let path, let syncsFileSystem):
                let sink = MaildirSink(
                    name: sink.name, path: path, syncsFileSystem: syncsFileSystem, disk: disk, clock: clock)
                try await sink.prepare()
                sinks.append(sink)
            case .jsonLines(let path?, let rotateAt, let keep):
                let rotation = rotateAt.map { JSONLinesSink.Rotation(limit: $0, keep: keep) }
                let sink = JSONLinesSink(name: sink.name, path: path, rotation: rotation, disk: disk)
                try await sink.prepare()
                sinks.append(sink)
            case .jsonLines(nil, _, _): sinks.append(JSONLinesSink(standardOutputAs: sink.name))
            case .command(let run, let timeout, let concurrency):
                let sink = CommandSink(
                    name: sink.name, arguments: run, mailbox: configuration.mailbox,
                    environment: surroundings.forCommands, timeout: timeout, concurrency: concurrency)
                try await sink.prepare()
                sinks.append(sink)
            }
        }
        return sinks
    }

    /// A look at the ledger, whoever has it.
    func ledgerForReading() async throws -> any Ledger {
        try mustHaveRun()
        return try await openLedgerForReading()
    }

    /// The same with SQLite's own examination.
    func openLedgerForReading() async throws -> SQLiteLedger {
        try await SQLiteLedger.openForReading(configuration.state, owner: owner)
    }

    /// The ledger for asking that messages be tried again, whoever has it.
    func ledgerForRetry() async throws -> any Ledger {
        try mustHaveRun()
        return try await SQLiteLedger.openForRetry(configuration.state, owner: owner)
    }

    private var owner: LedgerOwner {
        LedgerOwner(
            tenant: configuration.registration.tenant, mailbox: configuration.mailbox,
            clientID: configuration.registration.clientID)
    }

    private func mustHaveRun() throws {
        let path = configuration.state + "/" + SQLiteLedger.fileName
        // A log without its ledger is damage, which the ledger tells of.
        if try FileSystem.facts(of: path) == nil, try FileSystem.facts(of: path + "-wal") == nil {
            throw Failure(
                .failed, "nothing was fetched yet: there is no ledger in \(configuration.state)",
                hints: ["start the daemon, or run 'mailscope fetch'; 'state' in the configuration says where"]
            )
        }
    }
}
