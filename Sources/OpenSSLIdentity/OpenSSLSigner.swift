package import FoundationEssentials
package import MailscopeKit
internal import Synchronization

/// Signs assertions with a key from a file, after it has made sure that the key is fit for it.
package final class OpenSSLSigner: AssertionSigner {
    package let certificate: CertificateFacts
    /// The certificate that belongs to the key.
    package let publicCertificate: Certificate
    let key: PrivateKey
    private let proven = Mutex<Set<AssertionAlgorithm>>([])
    /// One signature at a time: a device's driver need not bear two.
    private let device = Mutex<Void>(())

    /// Reads key and certificate, whatever of PEM, DER and PKCS#12 their files hold.
    ///
    /// - Parameters:
    ///   - files: key, certificate and passphrase.
    ///   - now: the certificate must be valid then. Nil leaves it unchecked, for those who only show it.
    /// - Throws: ``IdentityError``.
    package convenience init(loading files: IdentityFiles, now: Date?) throws(IdentityError) {
        let opened = try OpenedKey(files)
        let certificatePath = files.certificate ?? files.key
        let certificates =
            if let path = files.certificate, path != files.key {
                try IdentityFile(reading: path, credentialsDirectory: files.credentialsDirectory)
                    .certificates(opened.passphrase)
            } else {
                try opened.certificates()
            }
        guard let leaf = certificates.first(where: { $0.belongs(to: opened.key) }) else {
            guard let first = certificates.first?.facts else {
                throw .certificateMissing(path: certificatePath, found: "a private key")
            }
            throw .pairMismatch(
                keyPath: files.key, certificatePath: certificatePath, subject: first.subject,
                thumbprint: first.sha1Hex)
        }
        let facts = leaf.facts
        switch now.map({ facts.validity(at: $0) }) {
        case .notYetValid:
            throw .notYetValid(path: certificatePath, subject: facts.subject, notBefore: facts.notBefore)
        case .expired:
            throw .expired(path: certificatePath, subject: facts.subject, notAfter: facts.notAfter)
        case .valid, .expiring, nil: break
        }
        self.init(key: opened.key, certificate: leaf)
    }

    init(key: PrivateKey, certificate: Certificate) {
        self.key = key
        publicCertificate = certificate
        self.certificate = certificate.facts
    }

    /// Whether the key makes signatures that the directory can verify: a device may have a salt of its own choice.
    ///
    /// - Throws: ``SigningError``, which says why not.
    package func prove(_ algorithm: AssertionAlgorithm) throws(SigningError) {
        _ = try sign(Array("mailscope".utf8), with: algorithm)
    }

    /// Whether the key is in a device, or a service, that OpenSSL reaches through a provider or an engine.
    package var isKeyElsewhere: Bool { key.isElsewhere }

    package func sign(
        _ input: [UInt8], with algorithm: AssertionAlgorithm
    ) throws(SigningError) -> [UInt8] {
        let signature: [UInt8]
        do throws(OpenSSLError) {
            signature = try device.withLock { _ throws(OpenSSLError) in
                try RSASignature.sign(input, with: algorithm, key: key)
            }
        } catch {
            throw SigningError("\(error)")
        }
        // A provider that chooses its own salt is found out here, not by the service.
        if !proven.withLock({ $0.contains(algorithm) }) {
            guard publicCertificate.verifies(signature, of: input, with: algorithm) else {
                throw SigningError(
                    "the key's first \(algorithm.rawValue) signature does not verify with the certificate \(certificate.subject)"
                )
            }
            proven.withLock { _ = $0.insert(algorithm) }
        }
        return signature
    }
}
