internal import COpenSSL
import Glibc

/// Sole owner of one certificate that the simulator makes or has made.
final class IssuedCertificate {
    struct Issuer {
        let certificate: IssuedCertificate
        let key: PrivateKey
    }

    private let pointer: OpaquePointer  // <X509>

    deinit { X509_free(pointer) }

    /// - Parameters:
    ///   - name: the subject's common name.
    ///   - key: whose public half is certified.
    ///   - issuer: nil for a certificate that signs itself.
    ///   - validity: from when until when.
    ///   - extensions: OpenSSL's number of each and its text as in `x509v3_config(5)`.
    /// - Throws: ``ServerError/openSSL(doing:detail:)``.
    init(
        name: String,
        key: PrivateKey,
        issuer: Issuer?,
        validity: CertificateValidity,
        extensions: [(Int32, String)]
    ) throws(ServerError) {
        guard let certificate = X509_new() else { throw openSSLError("making a certificate") }
        pointer = certificate
        let subject = X509_get_subject_name(certificate)
        var done =
            X509_set_version(certificate, 2) == 1  // 2 means v3
            && ASN1_INTEGER_set_uint64(
                X509_get_serialNumber(certificate), .random(in: 1...UInt64(Int64.max))) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), validity.from) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), validity.until) != nil
            && X509_set_pubkey(certificate, key.pointer) == 1
            && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1
        let signer = issuer?.certificate.pointer ?? certificate
        done = done && X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, signer, certificate, nil, nil, 0)
        for (identifier, text) in extensions where done {
            let field = X509V3_EXT_conf_nid(nil, &context, identifier, text)
            defer { X509_EXTENSION_free(field) }
            done = field != nil && X509_add_ext(certificate, field, -1) == 1
        }
        let signingKey = issuer?.key.pointer ?? key.pointer
        guard done, X509_sign(certificate, signingKey, EVP_sha256()) > 0 else {
            throw openSSLError("making a certificate for \(name)")
        }
    }

    init(pem: String) throws(ServerError) {
        let bytes = MemoryBuffer(pem)
        guard let certificate = PEM_read_bio_X509(bytes.pointer, nil, nil, nil) else {
            throw openSSLError("reading a certificate")
        }
        pointer = certificate
    }

    func pem() throws(ServerError) -> String {
        let bytes = MemoryBuffer()
        guard PEM_write_bio_X509(bytes.pointer, pointer) == 1 else {
            throw openSSLError("writing a certificate")
        }
        return bytes.text
    }
}

/// Sole owner of one private key on P-256, the curve that is made fastest and that all clients take.
final class PrivateKey {
    fileprivate let pointer: OpaquePointer  // <EVP_PKEY>

    deinit { EVP_PKEY_free(pointer) }

    private init(takingOwnershipOf pointer: OpaquePointer) { self.pointer = pointer }

    static func generate() throws(ServerError) -> PrivateKey {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw openSSLError("making a key") }
        return PrivateKey(takingOwnershipOf: key)
    }

    init(pem: String) throws(ServerError) {
        let bytes = MemoryBuffer(pem)
        guard let key = PEM_read_bio_PrivateKey(bytes.pointer, nil, nil, nil) else {
            throw openSSLError("reading a key")
        }
        pointer = key
    }

    func pem() throws(ServerError) -> String {
        let bytes = MemoryBuffer()
        guard PEM_write_bio_PKCS8PrivateKey(bytes.pointer, pointer, nil, nil, 0, nil, nil) == 1 else {
            throw openSSLError("writing a key")
        }
        return bytes.text
    }
}
