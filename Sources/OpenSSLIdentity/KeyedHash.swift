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

    /// 64 hexadecimal digits, lower case.
    ///
    /// - Returns: nil where OpenSSL cannot make it: it must never be replaced by the text itself.
    package func hex(of text: String) -> String? {
        let key = key.reveal()
        let input = Array(text.utf8)
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
