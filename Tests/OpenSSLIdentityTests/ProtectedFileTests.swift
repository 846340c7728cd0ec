import FoundationEssentials
import Glibc
import Testing

@testable import OpenSSLIdentity

@Suite struct ProtectedFileTests {
    let folder: KeyFolder

    init() throws { folder = try KeyFolder() }

    @Test(arguments: [(0o644, "0644"), (0o640, "0640"), (0o604, "0604"), (0o660, "0660"), (0o620, "0620")])
    func refusesAKeyThatOthersCanGetAt(mode: Int, text: String) throws {
        let path = try folder.write(
            "my key.pem", PackageResources.key_pem + PackageResources.cert_pem, mode: mode)
        let error = #expect(throws: IdentityError.exposed(path: path, mode: UInt32(mode))) {
            try OpenSSLSigner(loading: IdentityFiles(key: path), now: nil)
        }
        #expect("\(try #require(error))".contains("(mode \(text))"))
        #expect(error?.hint == "chmod 600 '\(path)'")
        // An accent makes another character of a quote, and no shell cares.
        #expect(
            IdentityError.exposed(path: "a'\u{301}; id", mode: 0o644).hint == "chmod 600 'a'\\''\u{301}; id'")
    }

    @Test func refusesAnExposedPassphraseFileAndAnExposedKeyBesideTheCertificate() throws {
        let key = try folder.write("key", PackageResources.encrypted_pem)
        let certificate = try folder.write("certificate", PackageResources.cert_pem, mode: 0o644)
        let passphrase = try folder.write("passphrase", "test-only", mode: 0o644)
        #expect(throws: IdentityError.exposed(path: passphrase, mode: 0o644)) {
            try OpenSSLSigner(
                loading: IdentityFiles(key: key, certificate: certificate, passphrase: passphrase), now: nil)
        }
        let plain = try folder.write("plain", PackageResources.key_pem)
        let both = try folder.write("both", PackageResources.cert_pem + PackageResources.key_pem, mode: 0o644)
        #expect(throws: IdentityError.exposed(path: both, mode: 0o644)) {
            try OpenSSLSigner(loading: IdentityFiles(key: plain, certificate: both), now: nil)
        }
    }

    @Test func saysWhyAFileCannotBeRead() throws {
        let missing = folder.path + "/nowhere"
        #expect(throws: IdentityError.missing(path: missing)) { try ProtectedFile(reading: missing) }
        #expect(throws: IdentityError.unreadable(path: folder.path, reason: "it is a directory")) {
            try ProtectedFile(reading: folder.path)
        }
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: IdentityError.unreadable(path: pipe, reason: "it is no plain file")) {
            try ProtectedFile(reading: pipe)
        }
        let large = try folder.write("large", [UInt8](repeating: 0x41, count: ProtectedFile.sizeLimit + 1))
        #expect(throws: IdentityError.self) { try ProtectedFile(reading: large) }
    }

    private func judge(
        mode: UInt32, owner: UInt32 = 1000, group: UInt32 = 1000, us: UInt32 = 1000,
        path: String = "/etc/key.pem", directory: String? = nil
    ) -> IdentityError? {
        do throws(IdentityError) {
            try ProtectedFile.requireSecrecy(
                path: path, mode: mode, owner: owner, group: group, us: us, credentialsDirectory: directory)
            return nil
        } catch { return error }
    }

    @Test func wantsTheOwnerToBeUsOrRoot() {
        #expect(judge(mode: 0o100600) == nil)
        #expect(judge(mode: 0o100400, owner: 0) == nil)
        #expect(
            judge(mode: 0o100600, owner: 1001)
                == .foreignOwner(path: "/etc/key.pem", owner: 1001, us: 1000))
        // An administrator checks the service's configuration.
        #expect(judge(mode: 0o100600, owner: 1001, us: 0) == nil)
        #expect(judge(mode: 0o100640, owner: 1001, us: 0) != nil)
    }

    @Test func takesACredentialOfSystemd() {
        let directory = "/run/credentials/mailscope.service"
        let path = directory + "/key.pem"
        #expect(judge(mode: 0o100400, path: path, directory: directory) == nil)
        #expect(judge(mode: 0o100440, owner: 0, group: 0, path: path, directory: directory) == nil)
        #expect(judge(mode: 0o100440, owner: 0, group: 0, path: path, directory: directory + "/") == nil)
        // The same bits mean what they say elsewhere, for another group, or beyond reading.
        #expect(judge(mode: 0o100440, owner: 0, group: 0, path: path) != nil)
        #expect(judge(mode: 0o100440, owner: 0, group: 0, path: "/etc/key.pem", directory: directory) != nil)
        #expect(judge(mode: 0o100440, owner: 0, group: 5, path: path, directory: directory) != nil)
        #expect(judge(mode: 0o100444, owner: 0, group: 0, path: path, directory: directory) != nil)
        #expect(judge(mode: 0o100460, owner: 0, group: 0, path: path, directory: directory) != nil)
        let way = directory + "/../../../etc/key.pem"
        #expect(judge(mode: 0o100440, owner: 0, group: 0, path: way, directory: directory) != nil)
    }
}
