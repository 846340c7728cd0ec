internal import COpenSSL
package import MailscopeKit

/// HMAC-SHA-256 (RFC 2104) under one key: who has not the key can neither turn a hash back nor try guesses on it.
package struct KeyedHash: Sendable {
    private let key: Secret<[UInt8]>

    /// `key` may have any length; RFC 2104 §3 wants 32 bytes or more.
    package init(key: Secret<[UInt8]>) { self.key = key }

    /// A new key, known to nobody.
    package init() {
        var generator = SystemRandomNumberGenerator()
        key = Secret((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// A key that only the holder of the app's key can make, the same each time: the digest of its signature over
    /// `purpose`.
    ///
    /// The signature is RS256, which has no randomness in it (RFC 8017 §8.2). What is signed begins with a line that no
    /// assertion and no JWS can begin with, so that none of them gives the key away. The signature is kept nowhere.
    ///
    /// - Throws: ``SigningError`` where the key cannot sign so, or signs the same text differently.
    package init(derivedFrom signer: any AssertionSigner, for purpose: String) throws(SigningError) {
        let text = Array("mailscope derives a key\n\(purpose)\n".utf8)
        let signature = try signer.sign(text, with: .rs256)
        guard try signer.sign(text, with: .rs256) == signature else {
            throw SigningError(
                "the key signs the same text differently each time, so no other key can be derived from it")
        }
        key = Secret(SHA256.digest(signature))
    }

    /// 64 hexadecimal digits, lower case.
    ///
    /// - Returns: nil where OpenSSL cannot make it: it must never be replaced by the text itself.
    package func hex(of text: String) -> String? { hex(of: Array(text.utf8)) }

    /// As ``hex(of:)-(String)``, of bytes.
    package func hex(of input: [UInt8]) -> String? {
        let key = key.reveal()
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length = 0
        let isMade = EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, key, key.count, input, input.count, &digest, digest.count,
            &length)
        guard isMade != nil, length == 32 else {
            ERR_clear_error()
            return nil
        }
        return digest.prefix(length).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
