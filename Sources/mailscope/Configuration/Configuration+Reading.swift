import FoundationEssentials
import MailscopeKit
import YAMLDocument

extension Configuration {
    /// Reads the file, all of it, before anything is done.
    ///
    /// - Throws: ``YAMLFindings``, with everything that is wrong.
    static func read(file: String, in surroundings: Surroundings) throws(YAMLFindings) -> Configuration {
        try read(
            FileBytes.read(file, missing: "name the configuration with --config FILE"), file: file,
            in: surroundings)
    }

    /// Reads what stands, or will stand, in the file of that name.
    ///
    /// - Throws: ``YAMLFindings``, with everything that is wrong.
    static func read(
        _ bytes: [UInt8], file: String, in surroundings: Surroundings
    ) throws(YAMLFindings) -> Configuration {
        let top = try YAMLMapping(file: file, bytes: bytes)
        let configuration = read(top, file: file, in: surroundings)
        try top.finish()
        guard let configuration else {
            throw YAMLFindings([
                YAMLFinding(file: file, position: nil, key: "", reason: "it cannot be used", hint: nil)
            ])
        }
        return configuration
    }

    /// The configuration in `top`, or nil where something was found.
    static func read(_ top: YAMLMapping, file: String, in surroundings: Surroundings) -> Configuration? {
        let place = FilePlace(configurationFile: file, surroundings: surroundings)
        let registration = registration(top)
        let cloud = cloud(top)
        let mailbox = mailbox(top)
        let identity = top.mapping("certificate")
        let certificate = certificate(identity, in: top, place)
        let nextCertificate = nextCertificate(identity, place)
        let algorithm = top.optional(
            "assertion-algorithm", .choice(["PS256": AssertionAlgorithm.ps256, "RS256": .rs256]))
        let caFile = place.path(top.optional("ca-file", .path), at: "ca-file", of: top)
        let state = place.path(top.optional("state", .path), at: "state", of: top)
        let content = content(top)
        let headers = headers(top, content)
        let start = start(top, now: surroundings.now)
        let pace = Pace(top)
        let limits = limits(top.mapping("limits"))
        let deadlines = deadlines(top.mapping("timeouts"))
        let sinks = sinks(top, content, place)
        let log = log(top.mapping("log"))
        let metrics = metrics(top.mapping("metrics"), place)
        guard let registration, let cloud, let mailbox, let certificate, let content, let start,
            !sinks.isEmpty
        else { return nil }
        return Configuration(
            file: file, registration: registration, cloud: cloud, mailbox: mailbox.name,
            mailboxObjectID: mailbox.objectID, folder: mailbox.folder, certificate: certificate,
            nextCertificate: nextCertificate,
            algorithm: algorithm ?? .ps256, isAlgorithmChosen: algorithm != nil, caFile: caFile,
            state: state ?? surroundings.stateDirectory ?? "/var/lib/mailscope", content: content,
            headers: headers, start: start, poll: pace.poll, overlap: pace.overlap, reconcile: pace.reconcile,
            tries: pace.tries, limits: limits, deadlines: deadlines, sinks: sinks, log: log,
            metrics: metrics)
    }
}

/// How often what is done.
private struct Pace {
    let poll: Duration
    let overlap: Duration
    let reconcile: Duration?
    let tries: Int

    init(_ top: YAMLMapping) {
        let day = Duration.seconds(86_400)
        poll = top.optional("poll", .duration(.seconds(5)...day)) ?? .seconds(30)
        overlap = top.optional("overlap", .duration(.seconds(0)...day, example: "15m")) ?? .seconds(900)
        let never = top.value("reconcile").map { $0.content == .scalar("never", isQuoted: false) } ?? false
        reconcile =
            never
            ? nil : top.optional("reconcile", .duration(.seconds(600)...day * 30, example: "24h")) ?? day
        tries = top.optional("tries", .int(1...100, example: 5)) ?? 5
    }
}

extension YAMLKind<String> {
    /// Where a file is.
    static var path: Self { .text("a path", example: "/path/of/the/file") }
}
