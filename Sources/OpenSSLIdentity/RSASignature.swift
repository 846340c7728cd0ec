internal import COpenSSL
internal import MailscopeKit

/// The two signature algorithms over an RSA key; a public key is an <EVP_PKEY>.
enum RSASignature {
    /// A device may choose the salt itself: what it gives must be verified.
    static func sign(
        _ input: [UInt8], with algorithm: AssertionAlgorithm, key: PrivateKey
    ) throws(OpenSSLError) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?  // <EVP_PKEY_CTX>, of `context`
        guard key.prepare(context, &keyContext),
            configure(keyContext, for: algorithm, isStrict: !key.isElsewhere)
        else { throw .drain("preparing \(algorithm.rawValue)") }
        var length = 0
        guard EVP_DigestSign(context, nil, &length, input, input.count) == 1 else {
            throw .drain("sizing the signature")
        }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, input, input.count) == 1 else {
            throw .drain("signing")
        }
        return Array(signature.prefix(length))
    }

    static func verify(
        _ signature: [UInt8], of input: [UInt8], with algorithm: AssertionAlgorithm, key: OpaquePointer
    ) -> Bool {
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var keyContext: OpaquePointer?  // <EVP_PKEY_CTX>, of `context`
        return EVP_PKEY_is_a(key, "RSA") == 1
            && EVP_DigestVerifyInit(context, &keyContext, EVP_sha256(), nil, key) == 1
            && configure(keyContext, for: algorithm)
            && EVP_DigestVerify(context, signature, signature.count, input, input.count) == 1
    }

    /// The salt's length is set in words: OpenSSL 3.0 would take the longest possible, which nobody accepts.
    private static func configure(
        _ context: OpaquePointer?, for algorithm: AssertionAlgorithm, isStrict: Bool = true
    ) -> Bool {
        switch algorithm {
        case .rs256: EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
        case .ps256:
            EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && (EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 || !isStrict)
                && (EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 || !isStrict)
        }
    }
}
