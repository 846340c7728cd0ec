package import MailscopeKit

/// The certificates of a PEM file of authorities, as libcurl takes them.
package struct AuthorityFile {
    /// At least one, in the file's order.
    package let certificates: [CertificateFacts]

    /// - Throws: ``IdentityError`` where it cannot be read, is no PEM, or holds no certificate.
    package init(reading path: String) throws(IdentityError) {
        OpenSSLRuntime.start()
        let bytes = try ProtectedFile(reading: path).bytes.reveal()
        // DER begins with a sequence; libcurl reads PEM only.
        if bytes.first == 0x30 {
            throw .damaged(path: path, reason: "it is DER, not PEM; 'openssl x509 -inform DER' converts it")
        }
        let blocks = try EncodedBlock.blocks(in: bytes, path: path)
        var certificates: [CertificateFacts] = []
        for block in blocks where block.kind == .certificate {
            certificates.append(try Certificate(block, path: path).facts)
        }
        if certificates.isEmpty {
            throw .certificateMissing(path: path, found: EncodedBlock.describe(blocks))
        }
        self.certificates = certificates
    }
}
