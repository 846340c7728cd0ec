internal import COpenSSL
internal import MailscopeKit

/// Owner of one private key. Immutable once loaded, so that many threads may sign with it.
final class PrivateKey: @unchecked Sendable {
    let pointer: OpaquePointer  // <EVP_PKEY>

    /// What keeps it, where that is a provider.
    let provider: KeyProvider?
    /// True for a key that a device keeps, which is not in this process's memory.
    let isElsewhere: Bool

    init(takingOwnershipOf pointer: OpaquePointer) {
        self.pointer = pointer
        provider = nil
        isElsewhere = false
    }

    /// A key in a device; `provider` is nil for one of an engine.
    init(takingOwnershipOf pointer: OpaquePointer, keptBy provider: KeyProvider?) {
        self.pointer = pointer
        self.provider = provider
        isElsewhere = true
    }
    deinit { EVP_PKEY_free(pointer) }

    /// Makes ready to sign with SHA-256, where the key is.
    func prepare(_ context: OpaquePointer?, _ keyContext: inout OpaquePointer?) -> Bool {
        EVP_DigestSignInit_ex(
            context, &keyContext, "SHA256", provider?.context, provider?.query, pointer, nil) == 1
    }

    /// Decodes a block of a key file; PKCS#12 is ``PKCS12File``'s.
    ///
    /// - Throws: ``IdentityError`` for a missing or wrong passphrase and for broken bytes.
    convenience init(
        _ block: EncodedBlock, path: String, passphrase: PassphraseFile
    ) throws(IdentityError) {
        let pointer: OpaquePointer?
        switch block.kind {
        case .privateKeyInfo:
            pointer = block.der.withDER { data, length in
                let info = d2i_PKCS8_PRIV_KEY_INFO(nil, &data, length)
                defer { PKCS8_PRIV_KEY_INFO_free(info) }
                return info.flatMap { EVP_PKCS82PKEY($0) }
            }
        case .encryptedPrivateKeyInfo:
            let secret = try passphrase.require(for: path)
            pointer = try Self.decrypting(path, passphrase) { () throws(OpenSSLError) in
                try Self.decryptPKCS8(block.der, secret)
            }
        case .traditionalKey(let type) where block.header.isEmpty:
            pointer = block.der.withDER { d2i_PrivateKey(type, nil, &$0, $1) }
        case .traditionalKey(let type):
            let secret = try passphrase.require(for: path)
            pointer = try Self.decrypting(path, passphrase) { () throws(OpenSSLError) in
                try Self.decryptTraditional(block, type: type, secret)
            }
        case .pkcs12, .providerKey, .certificate, .other: pointer = nil
        }
        guard let pointer else {
            let error = OpenSSLError.drain("decoding a private key")
            throw .damaged(path: path, reason: "the private key in it is broken (\(error.detail))")
        }
        // OpenSSL tries decoders in turn; those that did not fit have left their reasons.
        ERR_clear_error()
        self.init(takingOwnershipOf: pointer)
    }

    private static func decrypting(
        _ path: String, _ passphrase: PassphraseFile, _ body: () throws(OpenSSLError) -> OpaquePointer
    ) throws(IdentityError) -> OpaquePointer {
        try LegacyProvider.retrying(
            path: path,
            refusal: .passphraseWrong(path: path, passphrasePath: passphrase.path ?? ""), body)
    }

    private static func decryptPKCS8(
        _ der: [UInt8], _ secret: Secret<String>
    ) throws(OpenSSLError) -> OpaquePointer {
        let key = der.withDER { data, length -> OpaquePointer? in
            let envelope = d2i_X509_SIG(nil, &data, length)
            defer { X509_SIG_free(envelope) }
            let text = secret.reveal()
            let info = PKCS8_decrypt(envelope, text, Int32(text.utf8.count))
            defer { PKCS8_PRIV_KEY_INFO_free(info) }
            return info.flatMap { EVP_PKCS82PKEY($0) }
        }
        guard let key else { throw .drain("decrypting PKCS#8") }
        return key
    }

    private static func decryptTraditional(
        _ block: EncodedBlock, type: Int32, _ secret: Secret<String>
    ) throws(OpenSSLError) -> OpaquePointer {
        var header = Array(block.header.utf8CString)
        var cipher = EVP_CIPHER_INFO()
        guard PEM_get_EVP_CIPHER_INFO(&header, &cipher) == 1 else { throw .drain("reading DEK-Info") }
        var data = block.der
        var length = data.count
        var text = Array(secret.reveal().utf8CString)
        defer {
            OPENSSL_cleanse(&data, data.count)
            OPENSSL_cleanse(&text, text.count)
        }
        // Without a callback OpenSSL takes the last argument for the passphrase, and never asks the terminal.
        guard PEM_do_header(&cipher, &data, &length, nil, &text) == 1 else { throw .drain("decrypting PEM") }
        guard let key = Array(data.prefix(length)).withDER({ d2i_PrivateKey(type, nil, &$0, $1) }) else {
            throw .drain("decoding a decrypted key")
        }
        return key
    }

    /// Nil for RSA of 2048 bits or more; else what it is: `EC P-256`, `RSA of 1024 bits`.
    var unsuitability: String? {
        let bits = Int(EVP_PKEY_get_bits(pointer))
        if EVP_PKEY_is_a(pointer, "RSA") == 1 { return bits >= 2048 ? nil : "RSA of \(bits) bits" }
        let type = EVP_PKEY_get0_type_name(pointer).map { String(cString: $0) } ?? "of an unknown kind"
        guard type == "EC" else { return type }
        var name = [CChar](repeating: 0, count: 80)
        guard EVP_PKEY_get_group_name(pointer, &name, name.count, nil) == 1 else {
            ERR_clear_error()
            return "EC"
        }
        let group = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let nist = ["prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"]
        return "EC \(nist[group] ?? group)"
    }

    /// Unencrypted PKCS#8 in PEM.
    func pem() throws(OpenSSLError) -> Secret<[UInt8]> {
        let bio = MemoryBIO()
        guard PEM_write_bio_PKCS8PrivateKey(bio.pointer, pointer, nil, nil, 0, nil, nil) == 1 else {
            throw .drain("writing a private key")
        }
        return Secret(bio.drain())
    }
}

extension Array where Element == UInt8 {
    /// Lends the bytes in the form that OpenSSL's `d2i_` functions take.
    func withDER(_ decode: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?) -> OpaquePointer? {
        withUnsafeBufferPointer { buffer in
            var pointer = buffer.baseAddress
            return decode(&pointer, buffer.count)
        }
    }
}
