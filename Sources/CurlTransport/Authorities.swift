internal import COpenSSL
import Glibc

/// Certificates that are trusted besides the system's. Read once; only handed to OpenSSL afterwards, which counts
/// references itself, so that sharing between threads is safe.
final class Authorities: @unchecked Sendable {
    private var certificates: [OpaquePointer] = []  // <X509>

    /// - Throws: ``TransportSetupError`` naming the file.
    init(file path: String) throws(TransportSetupError) {
        errno = 0
        guard let file = BIO_new_file(path, "r") else {
            let reason = String(cString: strerror(errno))
            ERR_clear_error()
            throw .unreadableAuthorities(path: path, reason: reason)
        }
        defer { BIO_free(file) }
        ERR_clear_error()
        while let certificate = PEM_read_bio_X509(file, nil, nil, nil) { certificates.append(certificate) }
        let code = ERR_peek_last_error()
        ERR_clear_error()
        // At the end of the file OpenSSL complains that there is no further start line.
        guard ERR_GET_LIB(code) == ERR_LIB_PEM, ERR_GET_REASON(code) == PEM_R_NO_START_LINE else {
            throw .badAuthorities(
                path: path, reason: "certificate number \(certificates.count + 1) is damaged")
        }
        guard !certificates.isEmpty else {
            throw .badAuthorities(path: path, reason: "it holds no certificate in PEM")
        }
    }

    deinit { for certificate in certificates { X509_free(certificate) } }

    /// Whether this certificate is one of them.
    func contains(_ certificate: OpaquePointer?) -> Bool {
        certificates.contains { X509_cmp($0, certificate) == 0 }
    }

    /// Adds them to what a connection trusts; known ones are left alone.
    func add(to context: OpaquePointer) -> Bool {
        let store = SSL_CTX_get_cert_store(context)
        return certificates.allSatisfy { X509_STORE_add_cert(store, $0) == 1 }
    }
}
