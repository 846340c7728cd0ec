internal import MailscopeKit

/// A private key that is fit for assertions, with what was beside it in its file.
struct OpenedKey {
    let key: PrivateKey
    let passphrase: PassphraseFile
    /// Of PKCS#12, which is open with its key.
    private let beside: [Certificate]
    private let file: IdentityFile

    /// - Throws: ``IdentityError`` where it does not open, or is no RSA key of 2048 bits or more.
    init(_ files: IdentityFiles) throws(IdentityError) {
        OpenSSLRuntime.start()
        passphrase = PassphraseFile(path: files.passphrase, credentialsDirectory: files.credentialsDirectory)
        file = try IdentityFile(reading: files.key, credentialsDirectory: files.credentialsDirectory)
        (key, beside) = try file.openKey(passphrase)
        if let found = key.unsuitability { throw .unsuitableKey(path: files.key, found: found) }
    }

    /// Every certificate of the key's own file.
    ///
    /// - Throws: ``IdentityError/certificateMissing(path:found:)`` where there is none.
    func certificates() throws(IdentityError) -> [Certificate] {
        beside.isEmpty ? try file.certificates(passphrase) : beside
    }
}
