internal import COpenSSL
internal import MailscopeKit

/// What a PKCS#12 file holds once it is open.
struct PKCS12File {
    let key: PrivateKey?
    let certificates: [Certificate]

    /// - Throws: ``IdentityError`` for a missing or wrong passphrase, outdated encryption and broken bytes.
    init(_ der: [UInt8], path: String, passphrase: PassphraseFile) throws(IdentityError) {
        guard let file = der.withDER({ d2i_PKCS12(nil, &$0, $1) }) else {
            throw .damaged(path: path, reason: OpenSSLError.drain("decoding PKCS#12").detail)
        }
        defer { PKCS12_free(file) }
        let secret = try passphrase.read()
        let refusal =
            if let passphrasePath = passphrase.path {
                IdentityError.passphraseWrong(path: path, passphrasePath: passphrasePath)
            } else {
                IdentityError.passphraseNeeded(path: path)
            }
        self = try LegacyProvider.retrying(path: path, refusal: refusal) { () throws(OpenSSLError) in
            try PKCS12File(opening: file, secret)
        }
    }

    private init(opening file: OpaquePointer, _ secret: Secret<String>?) throws(OpenSSLError) {
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var chain: OpaquePointer?  // <STACK_OF(X509)>
        // PKCS12_parse checks the MAC, and tries an empty and an absent passphrase where none is given.
        guard PKCS12_parse(file, secret?.reveal(), &key, &certificate, &chain) == 1 else {
            throw .drain("opening PKCS#12")
        }
        // It may leave reasons behind although it succeeded.
        ERR_clear_error()
        var certificates = certificate.map { [Certificate(takingOwnershipOf: $0)] } ?? []
        while OPENSSL_sk_num(chain) > 0 {
            guard let next = OPENSSL_sk_shift(chain) else { break }
            certificates.append(Certificate(takingOwnershipOf: OpaquePointer(next)))
        }
        OPENSSL_sk_free(chain)
        self.key = key.map { PrivateKey(takingOwnershipOf: $0) }
        self.certificates = certificates
    }
}
