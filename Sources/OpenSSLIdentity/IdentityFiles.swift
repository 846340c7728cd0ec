/// Where the app's key and certificate are.
package struct IdentityFiles: Sendable, Equatable {
    /// `certificate.key`: PEM, DER or PKCS#12, or a URI as ``KeyURI`` takes it.
    package let key: String
    /// `certificate.file`; nil where the certificate is in the key's file.
    package let certificate: String?
    /// `certificate.passphrase-file`; nil where the key is not encrypted.
    package let passphrase: String?
    /// `certificate.provider`: the OpenSSL provider that keeps the key; nil where its name or its file says so.
    package let provider: String?
    /// `$CREDENTIALS_DIRECTORY`, where systemd gave one.
    package let credentialsDirectory: String?

    package init(
        key: String, certificate: String? = nil, passphrase: String? = nil, provider: String? = nil,
        credentialsDirectory: String? = nil
    ) {
        self.key = key
        self.certificate = certificate
        self.passphrase = passphrase
        self.provider = provider
        self.credentialsDirectory = credentialsDirectory
    }
}
