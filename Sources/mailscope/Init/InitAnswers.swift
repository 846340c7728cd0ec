import FoundationEssentials
import LinuxHost
import MailscopeKit
import YAMLDocument

/// What `init` was told, by flags or by a person. Begins with values that any configuration could have, so that each
/// answer can be judged by the configuration's own reader as soon as it is there.
struct InitAnswers: Sendable, Equatable {
    /// Where messages go. Paths are absolute.
    enum Sink: Sendable, Equatable {
        case maildir(String)
        case jsonLines(String)
        case command([String])
    }

    /// What stands for an app that IT has yet to register.
    static let unregistered = "00000000-0000-0000-0000-000000000000"

    var tenant = "contoso.com"
    var clientID = Self.unregistered
    var mailbox = "reports@contoso.com"
    var mailboxObjectID: String?
    var sink = Sink.maildir("/var/mail/reports")
    /// Nil: what the sink takes.
    var content: MessageContent?
    /// `now`, `all`, or a day.
    var start = "now"
    var cloud: Cloud.Name = .global
    var authority: String?
    var graph: String?
    var caFile: String?
    /// Of the app: files that are there already. Nil where they are made.
    var givenKey: String?
    var givenCertificate: String?
    var commonName: String?
    var days = 365
    /// The configuration; absolute.
    var file: String
    /// Where all other files go; absolute.
    var directory: String

    init(file: String, directory: String) {
        self.file = file
        self.directory = directory
    }

    var fittingContent: MessageContent {
        if let content { return content }
        if case .jsonLines = sink { return .json }
        return .mime
    }

    var key: String { givenKey ?? beside("key.pem") }
    var certificate: String? { givenKey == nil ? beside("certificate.pem") : givenCertificate }
    var policy: String { beside("policy.yaml") }

    /// The path of another file that goes with the configuration. Beside `reports.yaml` it is `reports-key.pem`, so that
    /// several can share a directory.
    func beside(_ name: String) -> String {
        let own = file.split(separator: "/").last ?? ""
        let stem = own.hasSuffix(".yaml") ? own.dropLast(5) : own
        return directory + "/" + (stem == "mailscope" ? "" : stem + "-") + name
    }

    /// The name of the packaged unit's instance; empty for `mailscope.service` itself; nil where no packaged unit looks.
    var instance: String? {
        guard file == directory + "/mailscope.yaml" else { return nil }
        if directory == Self.system { return "" }
        guard FileSystem.parent(of: directory) == Self.system else { return nil }
        return directory.split(separator: "/").last.map(String.init)
    }

    private static let system = "/etc/mailscope"

    /// Where the packaged units keep the state; beside the files where there is no such unit.
    var state: String {
        switch instance {
        case ""?: "/var/lib/mailscope"
        case let name?: "/var/lib/mailscope@" + name
        case nil: beside("state")
        }
    }

    /// Where a Maildir or a file goes by itself: where the packaged unit may write.
    func place(_ name: String) -> String { (instance == nil ? directory : state) + "/" + name }

    var name: String { commonName ?? String("mailscope \(mailbox)".unicodeScalars.prefix(64)) }

    /// The configuration that they make, as the daemon will read it.
    ///
    /// - Throws: ``YAMLFindings``.
    func configuration(now: Date) throws(YAMLFindings) -> Configuration {
        // systemd hands nothing over yet.
        try Configuration.read(
            Array(ConfigurationText(self).text.utf8), file: file,
            in: Surroundings(environment: ["CREDENTIALS_DIRECTORY": directory], now: now))
    }

    /// What the configuration's reader has against the answers so far; nil where it has nothing.
    func objection(now: Date) -> YAMLFinding? {
        do throws(YAMLFindings) {
            _ = try configuration(now: now)
            return nil
        } catch {
            return error.findings.first
        }
    }
}
