import FoundationEssentials
import MailscopeKit
import Testing

@testable import OpenSSLIdentity

@Suite struct SelfSignedCertificateTests {
    @Test func makesAPairThatSigns() throws {
        let folder = try KeyFolder()
        let start = Date(timeIntervalSince1970: 1_700_000_000)
        let pair = try SelfSignedCertificate.make(commonName: "mailscope ü", days: 90, notBefore: start)
        let key = try folder.write("key.pem", pair.keyPEM.reveal())
        let certificate = try folder.write("certificate.pem", pair.certificatePEM)
        let signer = try OpenSSLSigner(
            loading: IdentityFiles(key: key, certificate: certificate), now: start + 86_400)
        let facts = signer.certificate
        #expect(facts.subject == "CN=mailscope ü" && facts.keyBits == 2048)
        #expect(facts.notBefore == start && facts.notAfter == start + 90 * 86_400)
        let signature = try signer.sign([1], with: .ps256)
        #expect(signer.publicCertificate.verifies(signature, of: [1], with: .ps256))
        #expect(!"\(pair)".contains("PRIVATE"))
    }

    @Test func saysWhyItCannot() {
        #expect(throws: SigningError.self) {
            try SelfSignedCertificate.make(commonName: String(repeating: "x", count: 65))
        }
        #expect(throws: SigningError.self) { try SelfSignedCertificate.make(commonName: "x", bits: 100) }
    }
}
