internal import COpenSSL

/// The signature algorithms that the token endpoint takes from certificates.
enum AssertionAlgorithm: String, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"

    var isPSS: Bool { rawValue.hasPrefix("P") }

    // <EVP_MD>, static in OpenSSL.
    var digest: OpaquePointer? {
        switch self {
        case .rs256, .ps256: EVP_sha256()
        case .rs384, .ps384: EVP_sha384()
        case .rs512, .ps512: EVP_sha512()
        }
    }
}

/// RSA signatures of JSON Web Signatures (RFC 7518 §3.3, §3.5).
enum RSASignature {
    // The key is an <EVP_PKEY>, public.
    static func verifies(
        _ signature: [UInt8], over message: [UInt8], key: OpaquePointer, algorithm: AssertionAlgorithm
    ) -> Bool {
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var keyContext: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &keyContext, algorithm.digest, nil, key) == 1 else {
            return false
        }
        if algorithm.isPSS {
            // The salt must be as long as the digest; a longer one is refused.
            guard EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return false }
        }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// RS256.
    static func sign(_ message: [UInt8], key: OpaquePointer) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &length, message, message.count) == 1
        else { fatalError("OpenSSL signs no more") }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else {
            fatalError("OpenSSL signs no more")
        }
        return Array(signature.prefix(length))
    }
}
