internal import COpenSSL
import FoundationEssentials
package import MailscopeKit

/// Owner of one X.509 certificate. Immutable once loaded.
package final class Certificate: @unchecked Sendable {
    let pointer: OpaquePointer  // <X509>

    init(takingOwnershipOf pointer: OpaquePointer) { self.pointer = pointer }
    deinit { X509_free(pointer) }

    /// Takes the first certificate of a PEM or DER text; `path` is what errors call it.
    ///
    /// - Throws: ``IdentityError`` where there is none.
    package convenience init(_ bytes: [UInt8], path: String) throws(IdentityError) {
        let blocks = try EncodedBlock.blocks(in: bytes, path: path)
        guard let block = blocks.first(where: { $0.kind == .certificate }) else {
            throw .certificateMissing(path: path, found: EncodedBlock.describe(blocks))
        }
        try self.init(block, path: path)
    }

    /// Takes the first certificate of a PEM or DER file.
    ///
    /// - Throws: ``IdentityError`` where there is none, or no such file.
    package convenience init(contentsOf path: String) throws(IdentityError) {
        let file = try ProtectedFile(reading: path)
        try self.init(file.bytes.reveal(), path: path)
    }

    convenience init(_ block: EncodedBlock, path: String) throws(IdentityError) {
        // A "TRUSTED CERTIFICATE" has more after the certificate; this leaves it unread.
        guard let pointer = block.der.withDER({ d2i_X509(nil, &$0, $1) }) else {
            let error = OpenSSLError.drain("decoding a certificate")
            throw .damaged(path: path, reason: "the certificate in it is broken (\(error.detail))")
        }
        self.init(takingOwnershipOf: pointer)
    }

    func belongs(to key: PrivateKey) -> Bool {
        defer { ERR_clear_error() }
        return X509_check_private_key(pointer, key.pointer) == 1
    }

    /// True where `signature` over `input` was made with this certificate's key, and just so: a salt of another
    /// length than the digest's is refused (RFC 7518 §3.5).
    package func verifies(
        _ signature: [UInt8], of input: [UInt8], with algorithm: AssertionAlgorithm
    ) -> Bool {
        guard let key = X509_get0_pubkey(pointer) else {
            ERR_clear_error()
            return false
        }
        return RSASignature.verify(signature, of: input, with: algorithm, key: key)
    }

    /// What it says about itself.
    package var facts: CertificateFacts {
        CertificateFacts(
            subject: subject, notBefore: Self.date(X509_get0_notBefore(pointer)),
            notAfter: Self.date(X509_get0_notAfter(pointer)), sha1: digest(EVP_sha1()),
            sha256: digest(EVP_sha256()),
            keyBits: X509_get0_pubkey(pointer).map { Int(EVP_PKEY_get_bits($0)) } ?? 0)
    }

    /// PEM.
    package var pem: [UInt8] {
        let bio = MemoryBIO()
        PEM_write_bio_X509(bio.pointer, pointer)
        return bio.drain()
    }

    private var subject: String {
        let bio = MemoryBIO()
        X509_NAME_print_ex(bio.pointer, X509_get_subject_name(pointer), 0, mailscope_rfc4514_flags())
        return String(decoding: bio.drain(), as: UTF8.self)
    }

    /// Over the DER.
    private func digest(_ algorithm: OpaquePointer?) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        X509_digest(pointer, algorithm, &bytes, &length)
        return Array(bytes.prefix(Int(length)))
    }

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date {
        let epoch = ASN1_TIME_set(nil, 0)
        defer { ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        // A time that cannot be read counts as long past: such a certificate is of no use.
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return .distantPast }
        return Date(timeIntervalSince1970: Double(days) * 86_400 + Double(seconds))
    }
}
