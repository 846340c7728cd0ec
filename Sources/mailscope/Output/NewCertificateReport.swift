import FoundationEssentials
import MailscopeKit

/// The answer of `certificate new`: what was made, and what IT is to do with it.
struct NewCertificateReport: Encodable {
    let keyFile: String?
    let certificateFile: String
    let certificate: CertificateRecord
    /// Lines that add the public part to the app.
    let powershell: [String]

    init(_ made: NewIdentity, for registration: AppRegistration?) {
        keyFile = made.keyFile
        certificateFile = made.certificateFile
        certificate = CertificateRecord(made.certificate)
        powershell = CertificateLines.lines(
            tenant: registration?.tenant, clientID: registration?.clientID, certificate: made.publicPart)
    }

    /// What was written, a line a fact.
    var facts: String {
        Table.facts(
            [("key", keyFile.map { "\($0), for this machine only" }), ("certificate", certificateFile)]
                + certificate.rows())
    }

    /// How the certificate comes to the app.
    var upload: String {
        """
        IT adds the certificate, never the key, beside those that the app has: Entra admin center > App registrations > the \
        app > Certificates & secrets > Upload certificate; or these lines, pasted whole into PowerShell with \
        Microsoft.Graph:

        \(powershell.joined(separator: "\n"))
        """
    }

    var text: String { facts + "\n\n" + upload }
}

/// A certificate's facts as answers tell them.
struct CertificateRecord: Encodable {
    let subject: String
    let notBefore: Date
    let notAfter: Date
    let keyBits: Int
    /// As the portal shows it.
    let sha1: String
    let sha256: String
    /// As the header of an assertion names the certificate.
    let x5tS256: String

    init(_ facts: CertificateFacts) {
        subject = facts.subject
        notBefore = facts.notBefore
        notAfter = facts.notAfter
        keyBits = facts.keyBits
        sha1 = facts.sha1Hex
        sha256 = facts.sha256Hex
        x5tS256 = Base64URL.encode(facts.sha256)
    }

    /// A line a fact; `end` is added to the date of its end.
    func rows(end: String? = nil) -> [(String, String?)] {
        [
            ("subject", subject), ("valid from", UTCMoment.text(notBefore)),
            ("valid until", UTCMoment.text(notAfter) + (end.map { ", \($0)" } ?? "")),
            ("RSA", "\(keyBits) bits"), ("thumbprint", "\(sha1), as the portal shows it (SHA-1)"),
            ("SHA-256", sha256), ("x5t#S256", x5tS256),
        ]
    }
}
