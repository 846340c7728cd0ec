import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity

/// A certificate that `certificate show` looks at.
struct ShownCertificate: Encodable {
    enum Role: String, Encodable {
        case current
        case next
        /// Of a file that was named; its key is not known.
        case file
    }

    let role: Role
    /// Where the key is; nil for a certificate alone.
    let key: String?
    let file: String
    /// Nil where the pair cannot be used.
    let certificate: CertificateRecord?
    /// Rounded down; negative where it has ended.
    let daysLeft: Int?
    /// `valid`, `expiring`, `expired` or `not yet valid`; nil where the pair cannot be used.
    let validity: String?
    /// Why not.
    let problem: String?
    /// Base64 of the DER.
    let publicPart: String?
    let failure: Failure?

    private enum CodingKeys: CodingKey { case role, key, file, certificate, daysLeft, validity, problem }

    /// The certificate in a file.
    ///
    /// - Throws: `IdentityError` where there is none.
    init(file: String, now: Date) throws {
        let certificate = try Certificate(contentsOf: file)
        self.init(.file, key: nil, file: file, certificate, now: now)
    }

    /// The pairs of the configuration.
    static func all(of world: World, now: Date) -> [ShownCertificate] {
        let configuration = world.configuration
        let pairs: [(Role, CertificateFiles?)] = [
            (.current, configuration.certificate), (.next, configuration.nextCertificate),
        ]
        return pairs.compactMap { role, files in files.map { look(role, $0, world, now: now) } }
    }

    private static func look(
        _ role: Role, _ files: CertificateFiles, _ world: World, now: Date
    ) -> ShownCertificate {
        let file = files.certificate ?? files.key
        do {
            let signer = try OpenSSLSigner(loading: files.places(in: world.surroundings), now: nil)
            return ShownCertificate(role, key: files.key, file: file, signer.publicCertificate, now: now)
        } catch {
            return ShownCertificate(role, key: files.key, file: file, error)
        }
    }

    private init(_ role: Role, key: String, file: String, _ error: IdentityError) {
        self.role = role
        self.key = key
        self.file = file
        certificate = nil
        daysLeft = nil
        validity = nil
        publicPart = nil
        problem = error.description
        failure = Failure(error)
    }

    private init(_ role: Role, key: String?, file: String, _ certificate: Certificate, now: Date) {
        let facts = certificate.facts
        self.role = role
        self.key = key
        self.file = file
        self.certificate = CertificateRecord(facts)
        publicPart = CertificateText.base64(of: certificate)
        daysLeft = Int((facts.notAfter.timeIntervalSince(now) / 86_400).rounded(.down))
        problem = nil
        let name = "\(role == .next ? "the next certificate" : "the certificate") in \(file)"
        let renewal = ["'mailscope certificate renew' makes the next one"]
        switch facts.validity(at: now) {
        case .valid: (validity, failure) = ("valid", nil)
        case .expiring(let days):
            validity = "expiring"
            failure = Failure(
                .answeredNo, "\(name) expires in \(Quantity.count(days, "day"))", hints: renewal)
        case .expired:
            validity = "expired"
            failure = Failure(
                .answeredNo, "\(name) expired at \(UTCMoment.text(facts.notAfter))", hints: renewal)
        case .notYetValid:
            validity = "not yet valid"
            // The next one is waited for.
            failure =
                role == .next
                ? nil
                : Failure(
                    .answeredNo, "\(name) is not valid before \(UTCMoment.text(facts.notBefore))",
                    hints: ["check this machine's clock, or wait"])
        }
    }

    var text: String {
        let end = daysLeft.map { $0 < 0 ? "it has ended" : "\(Quantity.count($0, "day")) left" }
        let rows = certificate?.rows(end: end) ?? [("cannot be used", problem)]
        return Table.facts(
            [
                (role == .next ? "next certificate" : "certificate", file),
                ("key", key.map { certificate == nil ? $0 : "\($0), belongs to the certificate" }),
            ] + rows)
    }
}
