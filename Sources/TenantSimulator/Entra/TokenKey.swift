internal import COpenSSL

/// The key with which the directory signs its tokens: RSA of 2048 bits, made at first use.
package final class TokenKey: @unchecked Sendable {
    // @unchecked: an <EVP_PKEY> is safe to use from many threads once made; it never changes.
    private let pointer: OpaquePointer
    /// The key's id in the token's header and the published key set: base64url of the modulus' SHA-1.
    let id: String
    /// Modulus, big endian.
    let modulus: [UInt8]

    /// Makes a new key, which takes a moment.
    package init() {
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
            EVP_PKEY_keygen(context, &made) == 1, let made
        else { fatalError("OpenSSL makes no RSA key") }
        pointer = made
        var number: OpaquePointer?  // <BIGNUM>
        EVP_PKEY_get_bn_param(made, "n", &number)
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: 256)
        BN_bn2bin(number, &bytes)
        modulus = bytes
        var digest = [UInt8](repeating: 0, count: 20)
        SHA1(bytes, bytes.count, &digest)
        id = Base64.url(digest)
    }

    deinit { EVP_PKEY_free(pointer) }

    func sign(_ message: [UInt8]) -> [UInt8] { RSASignature.sign(message, key: pointer) }

    func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        RSASignature.verifies(signature, over: message, key: pointer, algorithm: .rs256)
    }
}
