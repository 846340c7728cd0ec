import MailscopeKit
import Testing

@testable import OpenSSLIdentity

@Suite struct KeyedHashTests {
    private func signer() throws -> OpenSSLSigner {
        let folder = try KeyFolder()
        return try OpenSSLSigner(
            loading: IdentityFiles(
                key: try folder.write("key.pem", PackageResources.key_pem),
                certificate: try folder.write("certificate.pem", PackageResources.cert_pem, mode: 0o644)),
            now: nil)
    }

    /// RFC 4231 §4.3.
    @Test func isHMACWithSHA256() {
        let hash = KeyedHash(key: Secret(Array("Jefe".utf8)))
        #expect(
            hash.hex(of: "what do ya want for nothing?")
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func aDerivedKeyIsTheSameEachTimeAndAnotherForAnotherPurpose() throws {
        let first = try KeyedHash(derivedFrom: signer(), for: "journals").hex(of: "line")
        #expect(first != nil)
        #expect(try KeyedHash(derivedFrom: signer(), for: "journals").hex(of: "line") == first)
        #expect(try KeyedHash(derivedFrom: signer(), for: "other").hex(of: "line") != first)
    }

    @Test func aSignerThatIsNotDeterministicGivesNoKey() throws {
        let signer = PaddingSigner(base: try signer())
        #expect(throws: SigningError.self) { try KeyedHash(derivedFrom: signer, for: "journals") }
    }

    private struct PaddingSigner: AssertionSigner {
        let base: OpenSSLSigner
        var certificate: CertificateFacts { base.certificate }
        func sign(_ input: [UInt8], with algorithm: AssertionAlgorithm) throws(SigningError) -> [UInt8] {
            try base.sign(input, with: .ps256)
        }
    }
}
