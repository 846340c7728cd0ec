import FoundationEssentials
import MailscopeKit
import Testing

@testable import OpenSSLIdentity

@Suite struct DetachedSignatureTests {
    let folder: KeyFolder
    let signer: OpenSSLSigner
    let report = Array(#"{"schema":"mailscope.verify-scope/1","verdict":"confined","summary":"ä"}"#.utf8)

    init() throws {
        folder = try KeyFolder()
        signer = try OpenSSLSigner(
            loading: IdentityFiles(
                key: try folder.write("key.pem", PackageResources.key_pem),
                certificate: try folder.write("certificate.pem", PackageResources.cert_pem, mode: 0o644)),
            now: nil)
    }

    /// What the reader of a report finds: nil where all fits.
    private func fits(_ report: [UInt8], _ text: [UInt8]) -> Bool {
        guard let text = String(validating: text, as: UTF8.self), let signature = DetachedSignature(text)
        else {
            return false
        }
        return signature.misfit(of: report, signer.publicCertificate) == nil
    }

    @Test func fitsWhatWasSigned() throws {
        let signature = try DetachedSignature(signing: report, with: signer)
        #expect(fits(report, Array(signature.text.utf8)))
        #expect(fits(report, Array((signature.text + "\n").utf8)))
        #expect(signature.text.split(separator: ".", omittingEmptySubsequences: false)[1] == "")
    }

    @Test func fitsNoReportOfWhichAnyByteWasChanged() throws {
        let text = Array(try DetachedSignature(signing: report, with: signer).text.utf8)
        for index in report.indices {
            for bit in 0..<8 {
                var changed = report
                changed[index] ^= 1 << bit
                #expect(!fits(changed, text), "byte \(index), bit \(bit)")
            }
        }
        #expect(!fits(report.dropLast(), text))
        #expect(!fits(report + [0x0a], text))
        #expect(!fits([], text))
    }

    @Test func fitsNoSignatureOfWhichAnyByteWasChanged() throws {
        let text = Array((try DetachedSignature(signing: report, with: signer).text + "\n").utf8)
        for index in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[index] ^= 1 << bit
                #expect(!fits(report, changed), "byte \(index), bit \(bit)")
            }
        }
        #expect(!fits(report, text + [0x0a]))
        #expect(!fits(report, text.dropLast(2)))
    }

    @Test func saysWithWhichCertificateItWasSignedElse() throws {
        let pair = try SelfSignedCertificate.make(commonName: "other")
        let other = try Certificate(pair.certificatePEM, path: "other.pem")
        let signature = try DetachedSignature(signing: report, with: signer)
        #expect(
            signature.misfit(of: report, other)
                == .otherCertificate(thumbprint: signer.certificate.sha256Hex))
    }

    @Test func takesNoAssertionForASignature() throws {
        let assertion = ClientAssertion(
            audience: "https://login.example.test/token", clientID: "app",
            issuedAt: Date(timeIntervalSince1970: 1_780_000_000))
        let parts = try assertion.signed(by: signer, with: .ps256).reveal()
            .split(separator: ".", omittingEmptySubsequences: false)
        let payload = try #require(Base64URL.decode(parts[1]))
        let signature = try #require(DetachedSignature("\(parts[0])..\(parts[2])"))
        #expect(signature.misfit(of: payload, signer.publicCertificate) == .otherKind("JWT, PS256"))
    }

    @Test(arguments: [
        "", "..", "a.b.c", "eyJ9..", "..abcd", "eyJ9..ab=d", "eyJ9..abcd\n\n", "eyJ9.. abcd", "eyJ9..abcd.e",
    ])
    func isNotReadFromOtherText(text: String) {
        #expect(DetachedSignature(text) == nil)
    }
}

@Suite struct KeyedHashTests {
    // RFC 4231, test cases 1 and 2.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
    ])
    func isHMACOverSHA256(key: [UInt8], text: String, digest: String) {
        #expect(KeyedHash(key: Secret(key)).hex(of: text) == digest)
    }

    @Test func hasANewKeyEachTime() {
        let (one, other) = (KeyedHash(), KeyedHash())
        #expect(one.hex(of: "a@contoso.test") == one.hex(of: "a@contoso.test"))
        #expect(one.hex(of: "a@contoso.test") != other.hex(of: "a@contoso.test"))
    }
}
