import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import mailscope

@Suite struct ConfigCheckTests {
    @Test func saysWhatWouldBeDone() async throws {
        let place = try Workplace()
        let text = try await place.transcript("config", "check")
        let lines = text.split(separator: "\n").filter {
            !$0.hasPrefix("thumbprint") && !$0.hasPrefix("valid")
        }
        #expect(
            lines.joined(separator: "\n") == """
                configuration  DIR/mailscope.yaml
                tenant         contoso.com
                app            7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11
                certificate    CN=mailscope
                token from     https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token
                mail from      https://graph.microsoft.com
                mailbox        reports@contoso.com
                fetches        the MIME text of each message
                from           what arrives from the first run on
                looks every    30s
                delivers to    the Maildir DIR/mail
                remembers in   DIR/state
                exit 0
                """)
    }

    @Test func saysTheSameInJSON() async throws {
        let place = try Workplace()
        let run = try await place.run("config", "check", "--json")
        let facts = try JSONDecoder().decode(Facts.self, from: Data(run.output.utf8))
        #expect(facts.mailbox == "reports@contoso.com")
        #expect(facts.certificateThumbprint.count == 40)
        #expect(run.exitCode == 0)
    }

    private struct Facts: Decodable {
        let mailbox: String
        let certificateThumbprint: String
    }

    @Test func saysWhichAuthoritiesAreTrusted() async throws {
        let place = try Workplace(Workplace.good + "ca-file: ca.pem\n")
        try place.writeIdentity("ca.key", certificate: "ca.pem")
        let good = try await place.run("config", "check")
        #expect(good.exitCode == 0 && good.errors == "")
        #expect(
            good.output.contains(/\ntrusts         CN=mailscope, until [0-9TZ:-]+, SHA-256 [0-9A-F]{64}\n/))
        try place.writeIdentity("ca.key", certificate: "ca.pem", days: 10)
        let old = try await place.run("config", "check")
        #expect(old.errors.hasPrefix("mailscope: warning: the last authority in 'ca-file' expires soon, at "))
    }

    @Test(arguments: [
        ("", "it is empty"), ("tenant: x\n", "it is neither PEM nor PKCS#12 nor a key or certificate in DER"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "the certificate in it is broken"),
    ])
    func refusesAuthoritiesThatAreNone(text: String, reason: String) async throws {
        let place = try Workplace(Workplace.good + "ca-file: ca.pem\n")
        try place.folder.write("ca.pem", text)
        let said = try await place.transcript("config", "check")
        #expect(said.hasPrefix("mailscope: error: 'ca-file': DIR/ca.pem cannot be used: \(reason)"))
        #expect(
            said.hasSuffix(
                "mailscope: hint: it must be a PEM file with the certificate of at least one authority\nexit 2\n"
            ))
    }

    @Test func refusesAKeyInThePlaceOfAuthorities() async throws {
        let place = try Workplace(Workplace.good + "ca-file: key.pem\n")
        let said = try await place.transcript("config", "check")
        #expect(
            said.hasPrefix(
                "mailscope: error: 'ca-file': DIR/key.pem holds a private key, not a certificate\n"))
    }

    @Test func warnsOfACertificateNearItsEnd() async throws {
        let place = try Workplace(days: 10)
        let run = try await place.run("config", "check")
        #expect(run.errors.hasPrefix("mailscope: warning: the certificate expires in 9 days, at "))
        #expect(run.exitCode == 0)
    }

    @Test(arguments: [
        (
            "tenant: [", "broken YAML",
            """
            mailscope: error: DIR/mailscope.yaml:2:1: while parsing a flow node: did not find expected node content
            exit 2

            """
        ),
        (
            Workplace.good + "poll: 30\nsinc: 2026-01-01\n", "wrong type and unknown key",
            """
            mailscope: error: DIR/mailscope.yaml:9:7: poll: takes a time with its unit from 5s to 1d, not '30'
            mailscope: hint: write it as 'poll: 30s'
            mailscope: error: DIR/mailscope.yaml:10:1: there is no key 'sinc' here
            mailscope: hint: did you mean 'since'?
            exit 2

            """
        ),
        (
            Workplace.good.replacing("mailbox: reports@contoso.com\n", with: ""), "missing mailbox",
            """
            mailscope: error: DIR/mailscope.yaml:1:1: mailbox: is missing
            mailscope: hint: add a line 'mailbox: reports@contoso.com'
            exit 2

            """
        ),
        (
            Workplace.good.replacing("key: key.pem", with: "key: kee.pem"), "missing key file",
            """
            mailscope: error: DIR/kee.pem does not exist
            mailscope: hint: check certificate.key, certificate.file and certificate.passphrase-file in the configuration
            exit 2

            """
        ),
        (
            Workplace.good.replacing("path: mail", with: "path: key.pem/mail"), "file in the way",
            """
            mailscope: error: the Maildir DIR/key.pem/mail cannot be used: DIR/key.pem is no directory
            mailscope: hint: remove the file in its way, or name another place in the configuration
            exit 2

            """
        ),
        (
            Workplace.good.replacing("path: mail", with: "path: none/mail"), "nothing above the Maildir",
            """
            mailscope: error: the Maildir DIR/none/mail cannot be made: DIR/none does not exist
            mailscope: hint: create the directory, or mount what should be there
            exit 2

            """
        ),
        (
            Workplace.good.replacing("content: mime", with: "content: json")
                .replacing("maildir: {path: mail}", with: "json-lines: {path: .}"), "directory for a file",
            """
            mailscope: error: the file of JSON lines DIR/. cannot be used: it is a directory
            mailscope: hint: name a file in it, in the configuration
            exit 2

            """
        ),
        (
            Workplace.good.replacing("maildir: {path: mail}", with: "command: {run: [/nowhere/take]}"),
            "missing program",
            """
            mailscope: error: the program /nowhere/take does not exist
            mailscope: hint: correct 'run' in the configuration
            exit 2

            """
        ),
    ])
    func refuses(text: String, what: String, transcript: String) async throws {
        #expect(try await Workplace(text).transcript("config", "check") == transcript, "\(what)")
    }

    @Test func refusesAFileThatIsNotThere() async throws {
        let run = try await ProgramRun(["config", "check", "-c", "/nowhere/mailscope.yaml"])
        #expect(
            run.transcript() == """
                mailscope: error: /nowhere/mailscope.yaml: there is no such file
                mailscope: hint: name the configuration with --config FILE
                exit 2

                """)
    }

    @Test func refusesAKeyThatOthersCanRead() async throws {
        let place = try Workplace()
        try place.setMode(0o644, of: "key.pem")
        #expect(
            try await place.transcript("config", "check") == """
                mailscope: error: DIR/key.pem holds a secret and is open to group or others (mode 0644)
                mailscope: hint: chmod 600 DIR/key.pem
                exit 2

                """)
    }

    @Test func refusesAWrongPassphrase() async throws {
        let place = try Workplace(
            Workplace.good.replacing("file: certificate.pem", with: "passphrase-file: passphrase"))
        let encrypted = try PackageFiles.bytes("Tests/OpenSSLIdentityTests/Vectors/encrypted.pem")
        try place.folder.write("key.pem", String(decoding: encrypted, as: UTF8.self))
        try place.folder.write("passphrase", "certainly another one")
        try place.setMode(0o600, of: "key.pem")
        try place.setMode(0o600, of: "passphrase")
        let text = try await place.transcript("config", "check")
        #expect(
            text == """
                mailscope: error: the passphrase in DIR/passphrase does not open DIR/key.pem
                mailscope: hint: try it by hand: openssl pkey -noout -in DIR/key.pem
                exit 2

                """)
    }

    @Test func refusesAPairThatDoesNotMatch() async throws {
        let place = try Workplace()
        try place.writeIdentity("other.pem", certificate: "certificate.pem")
        let text = try await place.transcript("config", "check")
        #expect(
            text.hasPrefix(
                "mailscope: error: the key in DIR/key.pem does not belong to the certificate in DIR/certificate.pem "
            ))
        #expect(
            text.hasSuffix(
                "mailscope: hint: use the certificate that was made with this key, or the key that made it\nexit 2\n"
            ))
    }

    @Test func refusesAnExpiredCertificate() async throws {
        let place = try Workplace(notBefore: Date(timeIntervalSince1970: 1_700_000_000), days: 1)
        #expect(
            try await place.transcript("config", "check") == """
                mailscope: error: the certificate in DIR/certificate.pem (CN=mailscope) expired at 2023-11-15T22:13:20Z
                mailscope: hint: make a new certificate, upload it to the app registration beside the old one, then change the files
                exit 2

                """)
    }

    @Test(.enabled(if: getuid() != 0, "root may read everything"))
    func refusesAConfigurationThatMayNotBeRead() async throws {
        let place = try Workplace()
        try place.setMode(0o000, of: "mailscope.yaml")
        #expect(try await place.transcript("config", "check").contains("this user may not read it"))
    }
}
