internal import COpenSSL

/// Encrypts a private key with a passphrase.
///
/// - Parameters:
///   - keyPEM: unencrypted, in PEM.
///   - passphrase: which opens it afterwards.
/// - Returns: PKCS#8 in PEM; nil where OpenSSL cannot.
package func encryptedKey(_ keyPEM: [UInt8], passphrase: String) -> [UInt8]? {
    let source = BIO_new_mem_buf(keyPEM, Int32(keyPEM.count))
    defer { BIO_free(source) }
    let target = BIO_new(BIO_s_mem())
    defer { BIO_free(target) }
    let key = PEM_read_bio_PrivateKey(source, nil, nil, nil)
    defer { EVP_PKEY_free(key) }
    var characters = Array(passphrase.utf8CString)
    let length = Int32(characters.count - 1)
    guard key != nil,
        PEM_write_bio_PKCS8PrivateKey(target, key, EVP_aes_256_cbc(), &characters, length, nil, nil) == 1
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = BIO_read(target, &bytes, Int32(bytes.count))
    return count > 0 ? Array(bytes.prefix(Int(count))) : nil
}
