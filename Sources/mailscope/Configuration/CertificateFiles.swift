import OpenSSLIdentity

/// Where one pair of key and certificate is kept. Paths are absolute or relative to the working directory.
struct CertificateFiles: Sendable, Equatable {
    /// PEM or PKCS#12; may hold the certificate as well.
    var key: String
    /// Nil: in ``key``.
    var certificate: String?
    var passphrase: String?

    func places(in surroundings: Surroundings) -> IdentityFiles {
        IdentityFiles(
            key: key, certificate: certificate, passphrase: passphrase,
            credentialsDirectory: surroundings.credentialsDirectory)
    }
}
