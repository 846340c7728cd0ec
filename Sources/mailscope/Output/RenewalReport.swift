import MailscopeKit

/// The answer of `certificate renew`: the next pair, and the way from one to the other.
struct RenewalReport: Encodable {
    /// Nil where the key stays.
    let keyFile: String?
    let certificateFile: String
    let certificate: CertificateRecord
    /// Lines that go below `certificate:`.
    let configuration: [String]
    /// Lines that go into a drop-in of the unit; nil where systemd hands nothing over.
    let unit: [String]?
    /// What is to be done, in order.
    let steps: [String]
    /// Lines that add the public part to the app.
    let powershell: [String]

    init(_ made: NewIdentity, of configuration: Configuration, current: CertificateFacts?) throws {
        let way = RenewalSteps(made: made, configuration: configuration, current: current)
        keyFile = made.keyFile
        certificateFile = made.certificateFile
        certificate = CertificateRecord(made.certificate)
        self.configuration = way.configurationLines
        unit = way.unitLines
        steps = try way.steps()
        powershell = CertificateLines.lines(
            tenant: configuration.registration.tenant, clientID: configuration.registration.clientID,
            certificate: made.publicPart)
    }

    var text: String {
        let facts = Table.facts(
            [("next key", keyFile), ("next certificate", certificateFile)] + certificate.rows())
        let steps = steps.enumerated().map { "\($0 + 1). \($1)" }
        let parts: [[String]?] = [
            [facts], ["certificate:", "  …"] + configuration, unit, steps, powershell,
        ]
        return parts.compactMap { $0?.joined(separator: "\n") }.joined(separator: "\n\n")
    }
}
