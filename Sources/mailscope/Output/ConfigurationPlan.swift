import FoundationEssentials
import MailscopeKit
import YAMLDocument

/// What a configuration will do, in words; the answer of `config check`.
struct ConfigurationPlan: Encodable {
    let file: String
    let tenant: String
    let clientID: String
    let certificate: String
    let certificateThumbprint: String
    let certificateExpires: Date
    let tokenEndpoint: String
    let graph: String
    let mailbox: String
    let folder: String?
    let fetches: String
    let from: String
    let every: String
    let sinks: [String]
    let state: String
    /// What will need somebody's care before long.
    let warning: String?

    init(_ configuration: Configuration, _ certificate: CertificateFacts, now: Date) {
        file = configuration.file
        tenant = configuration.registration.tenant
        clientID = configuration.registration.clientID
        self.certificate = certificate.subject
        certificateThumbprint = certificate.sha1Hex
        certificateExpires = certificate.notAfter
        warning =
            if case .expiring(let days) = certificate.validity(at: now) {
                "the certificate expires in \(days) days, at \(UTCMoment.text(certificate.notAfter)); make a new one, "
                    + "upload it to the app registration beside the old one, then change the files"
            } else {
                nil
            }
        tokenEndpoint = configuration.cloud.tokenEndpoint(of: configuration.registration)
        graph = configuration.cloud.graphRoot
        mailbox = configuration.mailbox + (configuration.mailboxObjectID.map { " (object id \($0))" } ?? "")
        folder = configuration.folder
        fetches =
            switch configuration.content {
            case .mime: "the MIME text of each message"
            case .json: "the whole JSON of each message"
            case .headers: "properties of each message: " + configuration.headers.joined(separator: ", ")
            }
        from =
            switch configuration.start {
            case .now: "what arrives from the first run on"
            case .all: "everything that is in the mailbox"
            case .since(let date): "what was received since \(UTCMoment.text(date))"
            }
        every = configuration.poll.spelled
        sinks = configuration.sinks.map(\.words)
        state = configuration.state
    }

    var text: String {
        Table.facts(
            [
                ("configuration", file), ("tenant", tenant), ("app", clientID), ("certificate", certificate),
                ("thumbprint", certificateThumbprint), ("valid until", UTCMoment.text(certificateExpires)),
                ("token from", tokenEndpoint),
                ("mail from", graph), ("mailbox", mailbox), ("only the folder", folder), ("fetches", fetches),
                ("from", from), ("looks every", every),
            ] + sinks.map { ("delivers to", $0) } + [("remembers in", state)])
    }
}

extension SinkConfiguration {
    /// For a person.
    var words: String {
        switch self {
        case .maildir(let path, _): "the Maildir \(path)"
        case .jsonLines(let path?, let rotateAt, _):
            "lines of JSON in \(path)" + (rotateAt.map { ", a new file after \($0) bytes" } ?? "")
        case .jsonLines(nil, _, _): "lines of JSON on standard output"
        case .command(let run, _, _): "the program \(run.joined(separator: " "))"
        }
    }
}
