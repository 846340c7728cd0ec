import FoundationEssentials
import MailscopeKit
import Testing

@testable import OpenSSLIdentity

/// Assertions as other libraries send them, and two with a frozen clock.
///
/// `v1` to `v3` are MSAL Python's, `v7` is MSAL.NET's; `v6` has a salt of 222 bytes. The key is a throwaway one; its
/// other formats were written by the `openssl` program, all with the passphrase `test-only`.
@Suite struct AssertionVectorTests {
    let certificate: Certificate
    let signer: OpenSSLSigner

    init() throws {
        certificate = try Certificate(PackageResources.cert_pem, path: "cert.pem")
        let folder = try KeyFolder()
        signer = try OpenSSLSigner(
            loading: IdentityFiles(
                key: try folder.write("key.pem", PackageResources.key_pem + PackageResources.cert_pem)),
            now: nil)
    }

    @Test(arguments: [
        ("v1", PackageResources.v1_jwt, AssertionAlgorithm.rs256), ("v2", PackageResources.v2_jwt, .ps256),
        ("v3", PackageResources.v3_jwt, .ps256), ("v4", PackageResources.v4_jwt, .rs256),
        ("v5", PackageResources.v5_jwt, .ps256), ("v7", PackageResources.v7_jwt, .ps256),
    ])
    func verifiesWhatLibrariesSend(name: String, jwt: [UInt8], algorithm: AssertionAlgorithm) throws {
        let (input, signature) = try split(jwt)
        #expect(certificate.verifies(signature, of: input, with: algorithm))
        #expect(!certificate.verifies(signature, of: input + [0], with: algorithm))
        #expect(!certificate.verifies(signature, of: input, with: algorithm == .ps256 ? .rs256 : .ps256))
    }

    @Test func refusesTheLongestSalt() throws {
        let (input, signature) = try split(PackageResources.v6_jwt)
        #expect(!certificate.verifies(signature, of: input, with: .ps256))
    }

    @Test func refusesASignatureOfAnotherKey() throws {
        let other = try Certificate(PackageResources.other_cert_pem, path: "other")
        let (input, signature) = try split(PackageResources.v5_jwt)
        #expect(!other.verifies(signature, of: input, with: .ps256))
        #expect(!certificate.verifies([], of: input, with: .ps256))
        #expect(!certificate.verifies([1, 2, 3], of: input, with: .rs256))
    }

    private var frozen: ClientAssertion {
        ClientAssertion(
            audience:
                "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
            clientID: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            issuedAt: Date(timeIntervalSince1970: 1_700_000_000),
            id: UUID(
                uuid: (0, 0, 0, 0, 0x11, 0x11, 0x42, 0x22, 0x83, 0x33, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44)))
    }

    @Test func reproducesRS256ByteForByte() throws {
        let assertion = try frozen.signed(by: signer, with: .rs256)
        #expect(assertion.reveal() == String(decoding: PackageResources.v4_jwt, as: UTF8.self))
    }

    @Test func reproducesTheSigningInputOfPS256() throws {
        let (input, _) = try split(PackageResources.v5_jwt)
        #expect(frozen.signingInput(.ps256, certificate: signer.certificate) == input)
        let (ours, signature) = try split(Array(try frozen.signed(by: signer, with: .ps256).reveal().utf8))
        #expect(ours == input)
        #expect(certificate.verifies(signature, of: input, with: .ps256))
    }

    @Test func knowsTheThumbprints() {
        let facts = certificate.facts
        #expect(facts.sha1Hex == "403EFE8CCCC3C8C128EBCF3B95F9958C0A95AD9E")
        #expect(facts.sha256Hex == "CEC5D5FF41F1B32533D9FCA7FD88DFE969A8474D3D71B6211537C0E3E388C95C")
        #expect(Base64URL.encode(facts.sha1) == "QD7-jMzDyMEo6887lfmVjAqVrZ4")
        #expect(Base64URL.encode(facts.sha256) == "zsXV_0HxsyUz2fyn_Yjf6WmoR009cbYhFTfA4-OIyVw")
        #expect(facts.subject == "CN=entra-facts-throwaway" && facts.keyBits == 2048)
        #expect(facts.notBefore.formatted(.iso8601) == "2026-11-22T07:17:05Z")
        #expect(facts.notAfter.formatted(.iso8601) == "2027-11-22T07:17:05Z")
    }

    @Test func refusesToSignWithAKeyThatItsCertificateDoesNotKnow() throws {
        let folder = try KeyFolder()
        let path = try folder.write("k.pem", PackageResources.other_key_pem + PackageResources.other_cert_pem)
        let other = try OpenSSLSigner(loading: IdentityFiles(key: path), now: nil)
        let swapped = OpenSSLSigner(key: other.key, certificate: certificate)
        #expect(throws: SigningError.self) { try swapped.sign([1], with: .ps256) }
        #expect(throws: SigningError.self) { try swapped.sign([1], with: .rs256) }
    }

    private func split(_ jwt: [UInt8]) throws -> (input: [UInt8], signature: [UInt8]) {
        let dot = try #require(jwt.lastIndex(of: UInt8(ascii: ".")))
        let signature = Base64URL.decode(String(decoding: jwt[(dot + 1)...], as: UTF8.self))
        return (Array(jwt[..<dot]), try #require(signature))
    }
}
