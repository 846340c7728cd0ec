import FoundationEssentials
import LinuxHost
import MailscopeKit

/// All that the owner has decided, checked: every value here can be used as it stands.
struct Configuration: Sendable, Equatable {
    /// The file it came from.
    var file: String
    var registration: AppRegistration
    var cloud: Cloud
    /// An address or an object id.
    var mailbox: String
    var mailboxObjectID: String?
    var folder: String?
    var certificate: CertificateFiles
    /// The pair that is to take over; nil unless the certificate is being renewed.
    var nextCertificate: CertificateFiles?
    var algorithm: AssertionAlgorithm
    /// Whether the owner has chosen it; else a key that cannot do it may use the other one.
    var isAlgorithmChosen = true
    /// Certificates to trust besides the system's, in PEM.
    var caFile: String?
    /// The directory of the ledger.
    var state: String
    var content: MessageContent
    /// Properties to ask for; empty unless ``content`` is `headers`.
    var headers: [String]
    var start: Start
    var poll: Duration
    var overlap: Duration
    /// Nil: never.
    var reconcile: Duration?
    /// How often a message is tried before it is quarantined.
    var tries: Int
    var limits: GateLimits
    var deadlines: HTTPDeadlines
    /// At least one, and all of them take ``content``.
    var sinks: [SinkConfiguration]
    var log: LogSettings
    var metrics: MetricsSettings

    /// Whether the client id is the one that `init` leaves to be filled in once IT has registered the app.
    var awaitsRegistration: Bool { registration.clientID == InitAnswers.unregistered }

    var scope: MailboxScope {
        get throws(ScopeError) {
            try MailboxScope(
                root: cloud.graphRoot, mailbox: mailbox, objectID: mailboxObjectID, folder: folder)
        }
    }
}

/// From when on messages are fetched.
enum Start: Sendable, Equatable {
    /// What comes from the first run on.
    case now
    /// The whole past as well.
    case all
    /// What was received since.
    case since(Date)
}

/// One place where messages go.
enum SinkConfiguration: Sendable, Equatable {
    case maildir(path: String, syncsFileSystem: Bool)
    /// A nil path: standard output; a nil `keep`: older files stay.
    case jsonLines(path: String?, rotateAt: Int?, keep: Int?)
    case command(run: [String], timeout: Duration, concurrency: Int)

    /// As the file names it.
    var name: String {
        switch self {
        case .maildir: "maildir"
        case .jsonLines: "json-lines"
        case .command: "command"
        }
    }

    var usesStandardOutput: Bool {
        if case .jsonLines(nil, _, _) = self { true } else { false }
    }

    /// What it can be given.
    var accepts: Set<MessageContent> {
        switch self {
        case .maildir: [.mime]
        case .jsonLines: [.json, .headers]
        case .command: Set(MessageContent.allCases)
        }
    }
}

/// Where metrics are shown; nowhere, unless asked for.
struct MetricsSettings: Sendable, Equatable {
    /// Whoever asks there is answered.
    var listen: AnswerAddress?
    /// A file for node_exporter's textfile collector.
    var textfile: String?
}

/// How much is said, and in which form.
struct LogSettings: Sendable, Equatable {
    enum Format: Sendable, Equatable {
        /// The journal where standard error leads there, else text.
        case auto
        case text
        case journal
    }

    var level: LogLevel
    var format: Format
}
