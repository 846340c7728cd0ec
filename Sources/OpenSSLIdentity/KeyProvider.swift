internal import COpenSSL
internal import MailscopeKit
internal import Synchronization

/// An OpenSSL provider that keeps keys, in a library context of its own: TLS never meets it.
final class KeyProvider: @unchecked Sendable {
    let name: String
    let context: OpaquePointer  // <OSSL_LIB_CTX>, never freed
    /// Prefers the provider over the default one, which would take the public half of a key for the whole.
    var query: String { "?provider=\(name)" }

    /// One context for each provider, for the life of the process: keys may outlive whoever loaded them.
    private static let loaded = Mutex<[String: KeyProvider]>([:])

    /// Loads it, or gives the one that is loaded.
    ///
    /// - Throws: ``IdentityError/providerMissing(name:reason:)``.
    static func named(_ name: String) throws(IdentityError) -> KeyProvider {
        let result: Result<KeyProvider, IdentityError> = loaded.withLock { loaded in
            if let provider = loaded[name] { return .success(provider) }
            do throws(IdentityError) {
                let provider = try KeyProvider(name)
                loaded[name] = provider
                return .success(provider)
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    private init(_ name: String) throws(IdentityError) {
        guard let context = OSSL_LIB_CTX_new() else {
            throw .providerMissing(name: name, reason: OpenSSLError.drain("making a context").detail)
        }
        // Its keys' public halves and their encodings are the default provider's work.
        guard OSSL_PROVIDER_load(context, "default") != nil, OSSL_PROVIDER_load(context, name) != nil else {
            let error = OpenSSLError.drain("loading the provider \(name)")
            OSSL_LIB_CTX_free(context)
            throw .providerMissing(name: name, reason: error.detail)
        }
        self.name = name
        self.context = context
    }

    /// The key that a URI names.
    ///
    /// - Throws: ``IdentityError`` where there is none, or it does not open.
    func key(_ uri: KeyURI, passphrase: PassphraseFile) throws(IdentityError) -> PrivateKey {
        try key(named: uri.text, passphrase) { ui, data, query in
            OSSL_STORE_open_ex(uri.text, context, query, ui, data, nil, nil, nil)
        }
    }

    /// The key that a file holds in a form that only the provider can read.
    ///
    /// - Throws: ``IdentityError`` where there is none, or it does not open.
    func key(inPEM bytes: [UInt8], path: String, passphrase: PassphraseFile) throws(IdentityError)
        -> PrivateKey
    {
        let bio = MemoryBIO(bytes)
        return try key(named: path, passphrase) { ui, data, query in
            OSSL_STORE_attach(bio.pointer, "file", context, query, ui, data, nil, nil, nil)
        }
    }

    private func key(
        named text: String, _ passphrase: PassphraseFile,
        open: (_ ui: OpaquePointer?, _ data: UnsafeMutableRawPointer, _ query: String) -> OpaquePointer?
    ) throws(IdentityError) -> PrivateKey {
        let question = PassphraseQuestion(try passphrase.read())
        let found: OpaquePointer? = question.withMethod { ui, data in
            guard let store = open(ui, data, query) else { return nil }
            defer { OSSL_STORE_close(store) }
            while OSSL_STORE_eof(store) == 0 {
                // At the end of its data a store gives nothing, with an error or without.
                guard let info = OSSL_STORE_load(store) else { break }
                defer { OSSL_STORE_INFO_free(info) }
                if OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY {
                    return OSSL_STORE_INFO_get1_PKEY(info)
                }
            }
            return nil
        }
        let error = OpenSSLError.drain("loading a key")
        if let found { return PrivateKey(takingOwnershipOf: found, keptBy: self) }
        if question.wasAskedInVain { throw .passphraseNeeded(path: text) }
        throw .keyNotFound(name: text, provider: name, reason: error.detail)
    }
}
