package import FoundationEssentials

/// Signs client assertions with the app's private key. Implemented over OpenSSL by `OpenSSLIdentity`.
package protocol AssertionSigner: Sendable {
    /// The certificate that the directory knows.
    var certificate: CertificateFacts { get }
    /// Signs the bytes of `header.payload` (RFC 7515 §5.1).
    ///
    /// - Throws: ``SigningError`` when OpenSSL cannot sign, or when its first signature does not verify.
    func sign(_ input: [UInt8], with algorithm: AssertionAlgorithm) throws(SigningError) -> [UInt8]
}

/// How an assertion is signed and how its certificate is named (RFC 7518 §3.1; RFC 7515 §4.1.7 and §4.1.8).
package enum AssertionAlgorithm: String, Sendable, CaseIterable {
    /// RSASSA-PSS with SHA-256, salt of 32 bytes, and `x5t#S256`.
    case ps256 = "PS256"
    /// RSASSA-PKCS1-v1_5 with SHA-256, and `x5t`.
    case rs256 = "RS256"
}

/// What a certificate says about itself. Nothing of it is secret.
package struct CertificateFacts: Sendable, Equatable {
    /// RFC 4514 text.
    package let subject: String
    package let notBefore: Date
    package let notAfter: Date
    /// SHA-1 and SHA-256 over the DER.
    package let sha1: [UInt8]
    package let sha256: [UInt8]
    /// RSA modulus, in bits.
    package let keyBits: Int

    package init(
        subject: String, notBefore: Date, notAfter: Date, sha1: [UInt8], sha256: [UInt8], keyBits: Int
    ) {
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.sha1 = sha1
        self.sha256 = sha256
        self.keyBits = keyBits
    }
}

/// The key could not sign.
package struct SigningError: Error, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
