import MailscopeKit
import Testing

@testable import OpenSSLIdentity

@Suite struct DerivedKeyTests {
    private func signer() throws -> OpenSSLSigner {
        let folder = try KeyFolder()
        return try OpenSSLSigner(
            loading: IdentityFiles(
                key: try folder.write("key.pem", PackageResources.key_pem),
                certificate: try folder.write("certificate.pem", PackageResources.cert_pem, mode: 0o644)),
            now: nil)
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
