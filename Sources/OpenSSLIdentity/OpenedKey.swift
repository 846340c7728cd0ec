internal import MailscopeKit

/// A private key that is fit for assertions, with what was beside it in its file.
struct OpenedKey {
    let key: PrivateKey
    let passphrase: PassphraseFile
    /// Of PKCS#12, which is open with its key.
    private let beside: [Certificate]
    /// Nil for a key that is in no file.
    private let file: IdentityFile?
    private let name: String

    /// - Throws: ``IdentityError`` where it does not open, or is no RSA key of 2048 bits or more.
    init(_ files: IdentityFiles) throws(IdentityError) {
        OpenSSLRuntime.start()
        passphrase = PassphraseFile(path: files.passphrase, credentialsDirectory: files.credentialsDirectory)
        name = files.key
        let uri: KeyURI?
        do throws(KeyURI.Objection) { uri = try KeyURI(files.key) } catch { throw .notAKeyName(error) }
        if let uri {
            file = nil
            beside = []
            key = try Self.key(uri, files, passphrase)
            try requireFitness()
            return
        }
        let file = try IdentityFile(reading: files.key, credentialsDirectory: files.credentialsDirectory)
        self.file = file
        (key, beside) = try file.openKey(passphrase, provider: files.provider)
        try requireFitness()
    }

    private static func key(
        _ uri: KeyURI, _ files: IdentityFiles, _ passphrase: PassphraseFile
    ) throws(IdentityError) -> PrivateKey {
        if let name = files.provider { return try KeyProvider.named(name).key(uri, passphrase: passphrase) }
        let provider: KeyProvider
        do throws(IdentityError) { provider = try KeyProvider.named(uri.provider) } catch {
            // Systems before OpenSSL 3.2 have an engine for tokens, and no provider.
            guard uri.scheme == .pkcs11, let engine = KeyEngine.pkcs11 else { throw error }
            return try engine.key(uri, passphrase: passphrase)
        }
        return try provider.key(uri, passphrase: passphrase)
    }

    private func requireFitness() throws(IdentityError) {
        if let found = key.unsuitability { throw .unsuitableKey(path: name, found: found) }
    }

    /// Every certificate of the key's own file.
    ///
    /// - Throws: ``IdentityError/certificateMissing(path:found:)`` where there is none.
    func certificates() throws(IdentityError) -> [Certificate] {
        if !beside.isEmpty { return beside }
        guard let file else { throw .certificateMissing(path: name, found: "a private key") }
        return try file.certificates(passphrase)
    }
}
