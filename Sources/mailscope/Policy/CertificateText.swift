import FoundationEssentials
import OpenSSLIdentity

/// The public certificate of a file as scripts carry it.
enum CertificateText {
    /// The base64 of the certificate's DER, whatever else the file holds.
    ///
    /// - Throws: ``IdentityError`` where there is none.
    static func base64(ofFile path: String) throws(IdentityError) -> String {
        base64(of: try Certificate(contentsOf: path))
    }

    /// The base64 of the certificate's DER.
    static func base64(of certificate: Certificate) -> String {
        String(decoding: certificate.pem, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("-----") }.joined()
    }
}
