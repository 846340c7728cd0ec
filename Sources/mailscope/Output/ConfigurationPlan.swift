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
    let nextCertificate: String?
    let tokenEndpoint: String
    let graph: String
    let mailbox: String
    let folder: String?
    let fetches: String
    let from: String
    let every: String
    let sinks: [String]
    let state: String
    /// Those of the configuration's own that servers are checked against; nil where the system's are taken.
    let authorities: [String]?
    /// What will need somebody's care before long.
    let warnings: [String]

    init(
        _ configuration: Configuration, _ identity: AppIdentity, authorities: [CertificateFacts]?, now: Date
    ) {
        let certificate = identity.current.certificate
        file = configuration.file
        tenant = configuration.registration.tenant
        clientID = configuration.registration.clientID
        self.certificate = certificate.subject
        certificateThumbprint = certificate.sha1Hex
        certificateExpires = certificate.notAfter
        nextCertificate = identity.next.map {
            "\($0.certificate.subject), until \(UTCMoment.text($0.certificate.notAfter)), thumbprint \($0.certificate.sha1Hex)"
        }
        self.authorities = authorities?.map {
            "\($0.subject), until \(UTCMoment.text($0.notAfter)), SHA-256 \($0.sha256Hex)"
        }
        warnings =
            identity.troubles.flatMap { [$0.message] + $0.hints }
            + Self.warnings(certificate, authorities ?? [], now: now)
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

    private static func warnings(
        _ certificate: CertificateFacts, _ authorities: [CertificateFacts], now: Date
    ) -> [String] {
        var warnings: [String] = []
        if case .expiring(let days) = certificate.validity(at: now) {
            warnings.append(
                "the certificate expires in \(days) days, at \(UTCMoment.text(certificate.notAfter)); make a new one, "
                    + "upload it to the app registration beside the old one, then change the files")
        }
        // Of a bundle with all the world's authorities some are always old, and nobody's care.
        if let last = authorities.map(\.notAfter).max(), last < now + 30 * 86_400 {
            warnings.append(
                "\(last < now ? "no authority in 'ca-file' is valid any more" : "the last authority in 'ca-file' expires soon"), "
                    + "at \(UTCMoment.text(last)); ask for its successor")
        }
        return warnings
    }

    /// The certificates of a small file by name, those of a bundle by number.
    private var trusted: [(String, String?)] {
        guard let authorities else { return [] }
        if authorities.count > 4 { return [("trusts", "\(Quantity.number(authorities.count)) authorities")] }
        return authorities.map { ("trusts", $0) }
    }

    var text: String {
        Table.facts(
            [
                ("configuration", file), ("tenant", tenant), ("app", clientID), ("certificate", certificate),
                ("thumbprint", certificateThumbprint), ("valid until", UTCMoment.text(certificateExpires)),
                ("next certificate", nextCertificate),
                ("token from", tokenEndpoint),
                ("mail from", graph),
            ] + trusted + [
                ("mailbox", mailbox), ("only the folder", folder), ("fetches", fetches),
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
