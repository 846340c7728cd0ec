import FoundationEssentials
import LinuxHost
import MailscopeKit
import OpenSSLIdentity
import TestSupport
import Testing

@testable import mailscope

@Suite struct NewCertificateTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func run(_ words: String...) async throws -> ProgramRun {
        try await ProgramRun(["certificate", "new"] + words)
    }

    private func names() throws -> Set<String> { Set(try FileSystem.names(in: folder.path)) }

    private var files: [String] { ["--key", folder("key.pem"), "--certificate", folder("certificate.pem")] }

    private func made(_ words: String...) async throws -> ProgramRun {
        try await ProgramRun(["certificate", "new"] + files + words)
    }

    @Test func writesAKeyForItsOwnerAndACertificateForAll() async throws {
        let run = try await made("--name", "Rechnungen – mailscope", "--days", "90", "--bits", "2048")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors == "")
        #expect(try FileSystem.facts(of: folder("key.pem"))?.mode == 0o600)
        #expect(try FileSystem.facts(of: folder("certificate.pem"))?.mode.bits(0o444) == 0o444)
        #expect(try names() == ["key.pem", "certificate.pem"])
        let signer = try OpenSSLSigner(
            loading: IdentityFiles(key: folder("key.pem"), certificate: folder("certificate.pem")),
            now: Date())
        let facts = signer.certificate
        #expect(facts.subject == "CN=Rechnungen – mailscope")
        #expect(facts.keyBits == 2_048)
        #expect(facts.notAfter.timeIntervalSince(facts.notBefore) == 90 * 86_400)
        #expect(run.output.contains(facts.sha1Hex) && run.output.contains(facts.sha256Hex))
        #expect(!run.output.contains("PRIVATE KEY"))
    }

    @Test func saysAllForMachines() async throws {
        let config = try folder.write("mailscope.yaml", Workplace.good)
        let run = try await made("--json", "--config", config)
        let text = run.output
        let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
        #expect(report.certificate.subject == "CN=mailscope")
        #expect(report.certificate.keyBits == 3_072)
        #expect(report.certificate.x5tS256.count == 43)
        #expect(report.powershell.first == "& {")
        #expect(report.powershell.contains("    $TenantId = 'contoso.com'"))
        #expect(report.powershell.contains("    $AppId = '7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11'"))
    }

    @Test func replacesNothingUnlessAskedTo() async throws {
        try folder.write("certificate.pem", "mine")
        let run = try await made()
        #expect(
            run.transcript(replacing: [folder.path: "DIR"]) == """
                mailscope: error: DIR/certificate.pem is there already
                mailscope: hint: name other files; --overwrite replaces what is there, and a key that is replaced is gone
                mailscope: hint: where it is a key without a certificate: --for-key DIR/certificate.pem makes one for it
                exit 1

                """)
        #expect(try names() == ["certificate.pem"])
        let second = try await made("--overwrite", "--bits", "2048")
        #expect(second.exitCode == 0, "\(second.errors)")
        #expect(try names() == ["key.pem", "certificate.pem"])
        #expect(try contents(folder("certificate.pem")).starts(with: Array("-----BEGIN CERT".utf8)))
    }

    @Test func makesACertificateForAKeyThatAnInterruptedRunLeft() async throws {
        #expect(try await made("--bits", "2048").exitCode == 0)
        try FileSystem.remove(folder("certificate.pem"))
        let key = try contents(folder("key.pem"))
        let run = try await self.run(
            "--for-key", folder("key.pem"), "--certificate", folder("certificate.pem"))
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try contents(folder("key.pem")) == key)
        _ = try OpenSSLSigner(
            loading: IdentityFiles(key: folder("key.pem"), certificate: folder("certificate.pem")),
            now: Date())
    }

    @Test(arguments: [
        ["--bits", "1024"], ["--days", "0"], ["--days", "3651"], ["--name", ""], ["--name", "a\nb"],
        ["--for-key", "x", "--bits", "2048"], ["--passphrase-file", "x"],
    ])
    func refusesWhatMakesNoSense(words: [String]) async throws {
        let run = try await ProgramRun(["certificate", "new"] + files + words)
        #expect(run.exitCode == 64, "\(run.errors)")
        #expect(try names() == [])
    }

    @Test func leavesNothingWhereItCannotWrite() async throws {
        let run = try await self.run(
            "--bits", "2048", "--key", folder("key.pem"), "--certificate", folder("missing/certificate.pem"))
        #expect(run.exitCode == 1)
        #expect(run.errors.contains("hint: create the directory"))
        #expect(try names() == [])
    }

    private struct Report: Decodable {
        struct Facts: Decodable {
            let subject: String
            let keyBits: Int
            let x5tS256: String
        }
        let certificate: Facts
        let powershell: [String]
    }
}

extension UInt32 {
    fileprivate func bits(_ mask: UInt32) -> UInt32 { self & mask }
}
