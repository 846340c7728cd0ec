internal import COpenSSL
package import FoundationEssentials
package import MailscopeKit

/// A new RSA key and a certificate that it signed itself, which is all that an app registration asks for.
package struct SelfSignedCertificate: Sendable {
    /// Unencrypted PKCS#8.
    package let keyPEM: Secret<[UInt8]>
    package let certificatePEM: [UInt8]

    /// Makes both. Takes a good part of a second for 2048 bits, and more for more.
    ///
    /// - Parameters:
    ///   - commonName: the subject's CN, 1 to 64 characters.
    ///   - bits: of the RSA modulus, 2048 or more.
    ///   - days: how long it is valid.
    ///   - notBefore: from when on.
    /// - Returns: key and certificate in PEM.
    /// - Throws: ``SigningError`` when OpenSSL refuses.
    package static func make(
        commonName: String, bits: Int = 2048, days: Int = 365, notBefore: Date = Date()
    ) throws(SigningError) -> SelfSignedCertificate {
        OpenSSLRuntime.start()
        do throws(OpenSSLError) {
            let key = try generate(bits: bits)
            let certificate = try certify(key, commonName: commonName, days: days, notBefore: notBefore)
            return SelfSignedCertificate(keyPEM: try key.pem(), certificatePEM: certificate.pem)
        } catch {
            throw SigningError("\(error)")
        }
    }

    /// A certificate for a key that is there.
    ///
    /// - Parameters:
    ///   - files: where the key is; a certificate in them is not looked at.
    ///   - commonName: the subject's CN, 1 to 64 characters.
    ///   - days: how long it is valid.
    ///   - notBefore: from when on.
    /// - Returns: the certificate in PEM.
    /// - Throws: ``IdentityError`` where the key cannot be used, ``SigningError`` where it does not sign.
    package static func certify(
        keyIn files: IdentityFiles, commonName: String, days: Int, notBefore: Date
    ) throws -> [UInt8] {
        let key = try OpenedKey(files).key
        do throws(OpenSSLError) {
            return try certify(key, commonName: commonName, days: days, notBefore: notBefore).pem
        } catch {
            throw SigningError("\(error)")
        }
    }

    private static func generate(bits: Int) throws(OpenSSLError) -> PrivateKey {
        let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(clamping: bits)) == 1,
            EVP_PKEY_generate(context, &key) == 1, let key
        else { throw .drain("making an RSA key of \(bits) bits") }
        return PrivateKey(takingOwnershipOf: key)
    }

    private static func certify(
        _ key: PrivateKey, commonName: String, days: Int, notBefore: Date
    ) throws(OpenSSLError) -> Certificate {
        let doing = "making a certificate for \(commonName)"
        guard let pointer = X509_new() else { throw .drain(doing) }
        let certificate = Certificate(takingOwnershipOf: pointer)
        let start = time_t(notBefore.timeIntervalSince1970.rounded(.down))
        let name = X509_get_subject_name(pointer)
        let number = BN_new()
        defer { BN_free(number) }
        guard X509_set_version(pointer, 2) == 1,
            // 159 random bits: positive, and at most the 20 bytes of RFC 5280 §4.1.2.2.
            BN_rand(number, 159, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1,
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil,
            ASN1_TIME_set(X509_getm_notBefore(pointer), start) != nil,
            ASN1_TIME_set(X509_getm_notAfter(pointer), start + days * 86_400) != nil,
            X509_NAME_add_entry_by_txt(
                name, "CN", MBSTRING_UTF8, Array(commonName.utf8), Int32(commonName.utf8.count), -1, 0) == 1,
            X509_set_issuer_name(pointer, name) == 1, X509_set_pubkey(pointer, key.pointer) == 1
        else { throw .drain(doing) }
        for (type, value) in [
            (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
            (NID_subject_key_identifier, "hash"),
        ] {
            var context = X509V3_CTX()
            X509V3_set_ctx(&context, pointer, pointer, nil, nil, 0)
            let entry = X509V3_EXT_nconf_nid(nil, &context, type, value)
            defer { X509_EXTENSION_free(entry) }
            guard entry != nil, X509_add_ext(pointer, entry, -1) == 1 else { throw .drain(doing) }
        }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?  // <EVP_PKEY_CTX>, of `context`
        guard key.prepare(context, &keyContext), X509_sign_ctx(pointer, context) > 0 else {
            throw .drain(doing)
        }
        return certificate
    }
}
