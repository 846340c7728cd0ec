import FoundationEssentials
import MailscopeKit
import OpenSSLIdentity

extension Doctor {
    /// The certificates with which a token can be asked for.
    struct Identity: Sendable {
        let current: AppCredential
        /// Tried first.
        let next: AppCredential?
    }

    /// Looks at the key and its certificate, and at those that are to take over.
    ///
    /// - Returns: nil where nothing can sign, or the directory would refuse it.
    func checkIdentity() -> Identity? {
        let next = configuration.nextCertificate.map { files in
            Result { try world.credential(files, now: nil) }
        }
        let standIn = try? next?.get()
        let isInForce = standIn?.isInForce(at: world.surroundings.now) == true
        let current = checkKey(standIn: isInForce ? standIn : nil)
        checkNext(next)
        if let current { return Identity(current: current, next: standIn) }
        return isInForce ? standIn.map { Identity(current: $0, next: nil) } : nil
    }

    /// Nil where it cannot be used now; that is a warning only where another stands in.
    private func checkKey(standIn: AppCredential?) -> AppCredential? {
        let current: AppCredential
        do {
            current = try world.credential(configuration.certificate, now: nil)
        } catch {
            add(Self.unusable(.key, error, isReplaced: standIn != nil))
            skip(.certificate, after: .key)
            return nil
        }
        let facts = current.certificate
        let place = KeyURI.isOne(configuration.certificate.key) ? "kept in a device" : "closed to others"
        add(
            .ok(
                .key,
                "\(configuration.certificate.key): RSA of \(facts.keyBits) bits, \(place), belongs to the certificate"
            ))
        let path = configuration.certificate.certificate ?? configuration.certificate.key
        let isReplaced = standIn != nil
        switch facts.validity(at: world.surroundings.now) {
        case .valid:
            let days = Int(facts.notAfter.timeIntervalSince(world.surroundings.now) / 86_400)
            add(.ok(.certificate, Self.text(facts) + " (\(Quantity.count(days, "day")))"))
        case .expiring(let days):
            add(
                .warning(
                    .certificate, Self.text(facts) + ", for \(Quantity.count(days, "day")) more",
                    mends: [
                        configuration.nextCertificate == nil
                            ? "'mailscope certificate renew' makes the next one, which IT adds beside this one"
                            : "let IT add the next one now: 'mailscope certificate show' has the lines"
                    ]))
        case .expired:
            let error = IdentityError.expired(path: path, subject: facts.subject, notAfter: facts.notAfter)
            add(Self.unusable(.certificate, error, isReplaced: isReplaced))
            return nil
        case .notYetValid:
            let error = IdentityError.notYetValid(
                path: path, subject: facts.subject, notBefore: facts.notBefore)
            add(Self.unusable(.certificate, error, isReplaced: isReplaced))
            return nil
        }
        return current
    }

    /// The pair that is to take over; the one in use goes on whatever is wrong with it.
    private func checkNext(_ next: Result<AppCredential, any Error>?) {
        switch next {
        case nil: add(.ok(.next, "no other certificate is to take over"))
        case .failure(let error)?:
            let failure = Failure(error)
            add(
                .warning(
                    .next, failure.complaints.map(\.message).joined(separator: "; "),
                    mends: failure.complaints.flatMap(\.hints)))
        case .success(let credential)?:
            let facts = credential.certificate
            switch facts.validity(at: world.surroundings.now) {
            case .valid, .expiring: add(.ok(.next, Self.text(facts)))
            case .notYetValid:
                add(.ok(.next, Self.text(facts) + ", from \(UTCMoment.text(facts.notBefore)) on"))
            case .expired:
                add(
                    .warning(
                        .next, "it has expired: \(Self.text(facts))",
                        mends: ["take 'next' out of the configuration, or make another"]))
            }
        }
    }

    private static func text(_ facts: CertificateFacts) -> String {
        "\(facts.subject), thumbprint \(facts.sha1Hex), valid until \(UTCMoment.text(facts.notAfter))"
    }

    private static func unusable(_ check: Checkup.Name, _ error: any Error, isReplaced: Bool) -> Checkup {
        guard isReplaced else { return .failure(check, error) }
        let failure = Failure(error)
        return .warning(
            check,
            failure.complaints.map(\.message).joined(separator: "; ") + "; the next certificate stands in",
            mends: failure.complaints.flatMap(\.hints))
    }
}
