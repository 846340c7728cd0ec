import OpenSSLIdentity

/// Where one pair of key and certificate is kept. Paths are absolute or relative to the working directory.
struct CertificateFiles: Sendable, Equatable {
    /// PEM or PKCS#12, which may hold the certificate as well; or the URI of a key that is in no file.
    var key: String
    /// Nil: in ``key``.
    var certificate: String?
    var passphrase: String?
    /// Of OpenSSL, where neither ``key`` nor its file says which one keeps it.
    var provider: String?
    /// Whether the configuration names ``key`` as a credential that systemd hands over.
    var isCredential = false

    func places(in surroundings: Surroundings) -> IdentityFiles {
        IdentityFiles(
            key: key, certificate: certificate, passphrase: passphrase, provider: provider,
            credentialsDirectory: surroundings.credentialsDirectory)
    }
}
