import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity

extension Doctor {
    /// Looks at the key and its certificate.
    ///
    /// - Returns: what signs; nil where nothing can, or the directory would refuse it.
    func checkKey() -> (any AssertionSigner)? {
        let signer: any AssertionSigner
        do {
            signer = try world.signer(checkingTime: false)
        } catch {
            add(.failure(.key, error))
            skip(.certificate, after: .key)
            return nil
        }
        let facts = signer.certificate
        add(
            .ok(
                .key,
                "\(configuration.certificate.key): RSA of \(facts.keyBits) bits, closed to others, belongs to the certificate"
            ))
        let until = "until \(UTCMoment.text(facts.notAfter))"
        switch facts.validity(at: world.surroundings.now) {
        case .valid:
            let days = Int(facts.notAfter.timeIntervalSince(world.surroundings.now) / 86_400)
            add(
                .ok(
                    .certificate,
                    "\(facts.subject), valid \(until) (\(days) days), thumbprint \(facts.sha1Hex)"))
        case .expiring(let days):
            add(
                .warning(
                    .certificate, "\(facts.subject), valid \(until), for \(Quantity.count(days, "day")) more",
                    mends: [
                        "make a new one now, and have it registered beside this one: \(Self.renewal)"
                    ]))
        case .expired:
            return refuse(
                .expired(
                    path: configuration.certificate.certificate ?? configuration.certificate.key,
                    subject: facts.subject, notAfter: facts.notAfter))
        case .notYetValid:
            return refuse(
                .notYetValid(
                    path: configuration.certificate.certificate ?? configuration.certificate.key,
                    subject: facts.subject, notBefore: facts.notBefore))
        }
        return signer
    }

    private func refuse(_ error: IdentityError) -> (any AssertionSigner)? {
        add(.failure(.certificate, error))
        return nil
    }

    private static let renewal = "docs/guide-for-owners.md"
}
