import MailscopeKit

/// The answer of `certificate show`.
struct CertificateReport: Encodable {
    let certificates: [ShownCertificate]
    private let lines: [String]?

    private enum CodingKeys: String, CodingKey {
        case certificates
        case lines = "powershell"
    }

    init(_ certificates: [ShownCertificate], for registration: AppRegistration?) {
        self.certificates = certificates
        lines = certificates.last { $0.publicPart != nil }?.publicPart.map {
            CertificateLines.lines(
                tenant: registration?.tenant, clientID: registration?.clientID, certificate: $0)
        }
    }

    var text: String { certificates.map(\.text).joined(separator: "\n\n") }

    /// - Throws: ``Failure`` where no certificate could be read.
    func powershell() throws(Failure) -> String {
        guard let lines else { throw failure ?? Failure(.failed, "there is no certificate") }
        return lines.joined(separator: "\n")
    }

    /// The gravest of all, with everything that is wrong.
    var failure: Failure? {
        let failures = certificates.compactMap(\.failure)
        guard let first = failures.first else { return nil }
        let code = failures.contains { $0.exitCode == .configuration } ? .configuration : first.exitCode
        return Failure(code, failures.flatMap(\.complaints))
    }
}
