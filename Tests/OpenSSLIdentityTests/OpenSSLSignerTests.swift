import FoundationEssentials
import Glibc
import MailscopeKit
import Testing

@testable import OpenSSLIdentity

@Suite struct OpenSSLSignerTests {
    let folder: KeyFolder
    let certificate: String
    let passphrase: String

    init() throws {
        folder = try KeyFolder()
        certificate = try folder.write("certificate.pem", PackageResources.cert_pem, mode: 0o644)
        passphrase = try folder.write("passphrase", "test-only\n")
    }

    private func load(
        _ key: [UInt8], certificate: String? = nil, passphrase: String? = nil
    ) throws(IdentityError) -> OpenSSLSigner {
        let path: String
        do { path = try folder.write("key", key) } catch { fatalError("\(error)") }
        return try OpenSSLSigner(
            loading: IdentityFiles(key: path, certificate: certificate, passphrase: passphrase), now: nil)
    }

    private func refusal(_ body: () throws(IdentityError) -> OpenSSLSigner) -> IdentityError? {
        do throws(IdentityError) {
            _ = try body()
            return nil
        } catch {
            #expect(!"\(error)".isEmpty && !error.hint.isEmpty)
            #expect(!"\(error) \(error.hint)".contains("test-only"))
            return error
        }
    }

    @Test(arguments: [
        ("PKCS#8", PackageResources.key_pem), ("PKCS#1", PackageResources.pkcs1_pem),
        ("encrypted PKCS#8", PackageResources.encrypted_pem), ("DEK-Info", PackageResources.dekinfo_pem),
        ("PKCS#8 DER", PackageResources.pkcs8_der), ("PKCS#1 DER", PackageResources.pkcs1_der),
        ("encrypted DER", PackageResources.encrypted_der), ("PKCS#12", PackageResources.cert_pfx),
        ("text before", Array("Bag Attributes\r\n  x: 1\r\n".utf8) + PackageResources.key_pem),
        ("byte order mark", [0xef, 0xbb, 0xbf] + PackageResources.key_pem),
        ("CRLF", PackageResources.key_pem.flatMap { $0 == 10 ? [13, 10] : [$0] }),
    ])
    func readsEveryFormatWithTheCertificateBeside(name: String, key: [UInt8]) throws {
        let signer = try load(key, certificate: certificate, passphrase: passphrase)
        for algorithm in AssertionAlgorithm.allCases {
            let signature = try signer.sign([1, 2, 3], with: algorithm)
            #expect(signer.publicCertificate.verifies(signature, of: [1, 2, 3], with: algorithm))
        }
    }

    @Test func readsKeyAndCertificateFromOneFile() throws {
        let signers = [
            try load(PackageResources.key_pem + PackageResources.cert_pem),
            try load(PackageResources.cert_pem + PackageResources.pkcs1_pem),
            try load(PackageResources.cert_pfx, passphrase: passphrase),
            try load(PackageResources.nopass_pfx),
        ]
        for signer in signers {
            #expect(signer.certificate.sha1Hex == "403EFE8CCCC3C8C128EBCF3B95F9958C0A95AD9E")
        }
    }

    @Test func readsACertificateInDER() throws {
        let path = try folder.write("certificate.der", PackageResources.cert_der, mode: 0o644)
        #expect(try load(PackageResources.key_pem, certificate: path).certificate.keyBits == 2048)
    }

    @Test func takesTheLeafThatMatchesTheKeyFromAChain() throws {
        let chain = try folder.write(
            "chain.pem", PackageResources.other_cert_pem + PackageResources.cert_pem, mode: 0o644)
        let signer = try load(PackageResources.key_pem, certificate: chain)
        #expect(signer.certificate.subject == "CN=entra-facts-throwaway")
    }

    @Test(arguments: [PackageResources.legacy_pfx, PackageResources.legacy_encrypted_pem])
    func readsOutdatedEncryptionOrSaysWhatIsMissing(key: [UInt8]) throws {
        let error = refusal { () throws(IdentityError) in
            try load(key, certificate: certificate, passphrase: passphrase)
        }
        #expect(error == (LegacyProvider.isLoaded ? nil : .legacyEncryption(path: folder.path + "/key")))
    }

    @Test func saysThatTheLegacyProviderIsNotInstalled() async {
        await #expect(processExitsWith: .success) {
            // Before anything else in this process touches OpenSSL.
            setenv("OPENSSL_MODULES", "/nowhere", 1)
            let folder = try KeyFolder()
            let key = try folder.write("key.pfx", PackageResources.legacy_pfx)
            let passphrase = try folder.write("passphrase", "test-only")
            #expect(throws: IdentityError.legacyEncryption(path: key)) {
                try OpenSSLSigner(loading: IdentityFiles(key: key, passphrase: passphrase), now: nil)
            }
        }
    }

    @Test(arguments: [
        ("a certificate", PackageResources.cert_pem), ("a certificate", PackageResources.cert_der),
        ("a public key", PackageResources.public_pem), ("an OpenSSH key", PackageResources.openssh_pem),
        ("a certificate request", PackageResources.request_pem),
        ("a certificate and a public key", PackageResources.cert_pem + PackageResources.public_pem),
    ])
    func namesWhatStandsInPlaceOfTheKey(found: String, bytes: [UInt8]) throws {
        let error = refusal { () throws(IdentityError) in try load(bytes, certificate: certificate) }
        #expect(error == .notAKey(path: folder.path + "/key", found: found))
    }

    @Test(arguments: [
        ("EC P-256", PackageResources.ec_pem), ("EC P-256", PackageResources.ec_sec1_pem),
        ("RSA of 1024 bits", PackageResources.rsa1024_pem), ("ED25519", PackageResources.ed25519_pem),
        ("RSA-PSS", PackageResources.rsapss_pem),
    ])
    func refusesOtherKeys(found: String, bytes: [UInt8]) throws {
        let error = refusal { () throws(IdentityError) in try load(bytes, certificate: certificate) }
        #expect(error == .unsuitableKey(path: folder.path + "/key", found: found))
        #expect(
            "\(try #require(error))".hasSuffix("the key must be RSA of 2048 bits or more; this is \(found)"))
    }

    private static let encrypted: [(String, [UInt8])] = [
        ("PKCS#8", PackageResources.encrypted_pem), ("DEK-Info", PackageResources.dekinfo_pem),
        ("DER", PackageResources.encrypted_der), ("PKCS#12", PackageResources.cert_pfx),
    ]

    @Test(arguments: encrypted)
    func asksForAPassphraseFileAndNeverTheTerminal(name: String, bytes: [UInt8]) throws {
        let error = refusal { () throws(IdentityError) in try load(bytes, certificate: certificate) }
        #expect(error == .passphraseNeeded(path: folder.path + "/key"))
    }

    @Test(arguments: encrypted)
    func saysThatThePassphraseIsWrong(name: String, bytes: [UInt8]) throws {
        let wrong = try folder.write("wrong", "test-only \n")
        let error = refusal { () throws(IdentityError) in
            try load(bytes, certificate: certificate, passphrase: wrong)
        }
        #expect(error == .passphraseWrong(path: folder.path + "/key", passphrasePath: wrong))
    }

    @Test(arguments: ["test-only", "test-only\n", "test-only\r\n"])
    func leavesTheLineBreakOutOfThePassphrase(text: String) throws {
        let path = try folder.write("pass", text)
        _ = try load(PackageResources.encrypted_pem, certificate: certificate, passphrase: path)
    }

    @Test(arguments: [[], [10], [13, 10], [0x61, 0, 0x62], [0xff, 0xfe], Array("a\nb\n".utf8)])
    func refusesPassphraseFilesWithoutOne(bytes: [UInt8]) throws {
        let path = try folder.write("pass", bytes)
        let error = refusal { () throws(IdentityError) in
            try load(PackageResources.encrypted_pem, certificate: certificate, passphrase: path)
        }
        guard case .passphraseUnusable(path, _) = error else { throw try #require(error) }
    }

    @Test func namesBothSidesOfAPairThatDoesNotMatch() throws {
        let other = try folder.write("other.pem", PackageResources.other_cert_pem, mode: 0o644)
        let error = refusal { () throws(IdentityError) in
            try load(PackageResources.key_pem, certificate: other)
        }
        let facts = try Certificate(PackageResources.other_cert_pem, path: other).facts
        #expect(facts.subject == #"CN=somebody else\, ü,O=Contoso"#)
        #expect(
            error
                == .pairMismatch(
                    keyPath: folder.path + "/key", certificatePath: other, subject: facts.subject,
                    thumbprint: facts.sha1Hex))
    }

    @Test func saysThatTheCertificateIsMissing() throws {
        let key = folder.path + "/key"
        #expect(
            refusal { () throws(IdentityError) in try load(PackageResources.key_pem) }
                == .certificateMissing(path: key, found: "a private key"))
        #expect(
            refusal { () throws(IdentityError) in
                try load(PackageResources.certonly_pfx, passphrase: passphrase)
            } == .notAKey(path: key, found: "a PKCS#12 file with certificates only"))
    }

    @Test(arguments: [
        [], Array("hello\n".utf8), [0xff, 0xfe, 0x2d, 0], [0x30, 0x82, 0xff, 0xff], [0x30],
        Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8),
        Array("-----BEGIN PRIVATE KEY-----\nMIIE".utf8),
        Array("-----BEGIN PRIVATE KEY-----\n****\n-----END PRIVATE KEY-----\n".utf8),
    ])
    func refusesNonsense(bytes: [UInt8]) throws {
        let error = refusal { () throws(IdentityError) in try load(bytes, certificate: certificate) }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func survivesEveryTruncation() throws {
        for length in stride(from: 0, to: PackageResources.cert_pfx.count, by: 37) {
            let error = refusal { () throws(IdentityError) in
                try load(Array(PackageResources.cert_pfx.prefix(length)), passphrase: passphrase)
            }
            #expect(error != nil)
        }
    }

    @Test func followsTheCertificatesTime() throws {
        let key = try folder.write("key", PackageResources.key_pem)
        let files = IdentityFiles(key: key, certificate: certificate)
        let facts = try OpenSSLSigner(loading: files, now: nil).certificate
        _ = try OpenSSLSigner(loading: files, now: facts.notAfter - 1)
        #expect(
            throws: IdentityError.expired(
                path: certificate, subject: facts.subject, notAfter: facts.notAfter)
        ) { try OpenSSLSigner(loading: files, now: facts.notAfter + 1) }
        #expect(
            throws: IdentityError.notYetValid(
                path: certificate, subject: facts.subject, notBefore: facts.notBefore)
        ) { try OpenSSLSigner(loading: files, now: facts.notBefore - 1) }
    }

    @Test func leavesNothingInTheErrorQueueThatBlamesALaterCall() throws {
        _ = refusal { () throws(IdentityError) in try load([0x30, 0x03, 1, 2, 3], certificate: certificate) }
        #expect(OpenSSLError.drain("nothing").reasons.isEmpty)
        _ = try load(PackageResources.cert_pfx, passphrase: passphrase)
        #expect(OpenSSLError.drain("nothing").reasons.isEmpty)
        _ = try load(PackageResources.pkcs1_der, certificate: certificate)
        #expect(OpenSSLError.drain("nothing").reasons.isEmpty)
    }

    @Test func hidesTheKeyFromEveryDescription() throws {
        let signer = try load(PackageResources.key_pem + PackageResources.cert_pem)
        var text = "\(signer) \(String(reflecting: signer))"
        dump(signer, to: &text)
        #expect(!text.contains("PRIVATE KEY") && !text.contains("MIIE"))
    }
}
