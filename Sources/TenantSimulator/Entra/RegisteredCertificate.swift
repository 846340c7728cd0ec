internal import COpenSSL
package import FoundationEssentials

/// A certificate that an administrator put on an app: the public part, and from when to when the directory takes it.
package struct RegisteredCertificate: Sendable {
    /// The directory's id of this key credential, a GUID.
    package let keyID: String
    /// The DER bytes; thumbprints are hashes over exactly these.
    package let der: [UInt8]
    /// SHA-1 of the DER bytes, 20 bytes.
    package let sha1: [UInt8]
    /// SHA-256 of the DER bytes, 32 bytes.
    package let sha256: [UInt8]
    /// The registered start, which the service checks.
    package var start: Date
    /// The registered end, which the service checks.
    package var end: Date
    /// When the change has reached all of the token endpoint.
    package var visible: Date
    /// How many seconds it takes to get there: the first of several front ends know it earlier.
    package var spreading: TimeInterval = 0
    /// The public key's bits; nil where it is no RSA key.
    package let rsaBits: Int?

    /// The certificate in `bytes`, PEM (its first one) or DER, known to the token endpoint from `visible` on; nil where
    /// there is none.
    package init?(reading bytes: [UInt8], visible: Date = .distantPast, keyID: String) {
        guard let certificate = Self.load(bytes) else { return nil }
        defer { X509_free(certificate) }
        let length = i2d_X509(certificate, nil)
        guard length > 0 else { return nil }
        var encoded = [UInt8](repeating: 0, count: Int(length))
        encoded.withUnsafeMutableBufferPointer { buffer in
            var next: UnsafeMutablePointer<UInt8>? = buffer.baseAddress
            _ = i2d_X509(certificate, &next)
        }
        der = encoded
        sha1 = Self.digest(encoded, EVP_sha1())
        sha256 = Self.digest(encoded, EVP_sha256())
        start = Self.date(X509_get0_notBefore(certificate))
        end = Self.date(X509_get0_notAfter(certificate))
        let key = X509_get0_pubkey(certificate)
        rsaBits = key.flatMap { EVP_PKEY_get_base_id($0) == EVP_PKEY_RSA ? Int(EVP_PKEY_get_bits($0)) : nil }
        self.visible = visible
        self.keyID = keyID
    }

    /// Whether a front end knows it that learns of changes after `share` of the time that they take, from 0 to 1.
    func isKnown(at now: Date, share: Double) -> Bool { visible - spreading * (1 - share) <= now }

    /// The SHA-1 thumbprint as Entra prints it.
    package var thumbprint: String { Hexadecimal.upper(sha1) }

    /// Whether `signature` over `message` is by this certificate's key.
    func verifies(_ signature: [UInt8], over message: [UInt8], algorithm: AssertionAlgorithm) -> Bool {
        guard let certificate = Self.load(der) else { return false }
        defer { X509_free(certificate) }
        guard let key = X509_get0_pubkey(certificate) else { return false }
        return RSASignature.verifies(signature, over: message, key: key, algorithm: algorithm)
    }

    // <X509>, owned by the caller.
    private static func load(_ bytes: [UInt8]) -> OpaquePointer? {
        defer { ERR_clear_error() }
        return bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            guard let bio = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else { return nil }
            defer { BIO_free(bio) }
            if let fromPEM = PEM_read_bio_X509(bio, nil, nil, nil) { return fromPEM }
            var next = buffer.baseAddress
            return d2i_X509(nil, &next, buffer.count)
        }
    }

    private static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        EVP_Digest(bytes, bytes.count, &digest, &length, algorithm, nil)
        return Array(digest.prefix(Int(length)))
    }

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date {
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard let epoch = ASN1_TIME_set(nil, 0) else { return .distantPast }
        defer { ASN1_TIME_free(epoch) }
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return .distantPast }
        return Date(timeIntervalSince1970: Double(days) * 86_400 + Double(seconds))
    }
}
