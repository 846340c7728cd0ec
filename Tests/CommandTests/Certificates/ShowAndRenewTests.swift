import FoundationEssentials
import LinuxHost
import TestSupport
import Testing

@testable import mailscope

@Suite struct ShowAndRenewTests {
    /// The text without what differs from run to run.
    private func settled(_ text: String) -> String {
        TenantPlace.settled(text).replacing(/x5t#S256   .*/, with: "x5t#S256   X5T")
            .replacing(/-[0-9]{4}-[0-9]{2}-[0-9]{2}\.pem/, with: "-DAY.pem")
            .replacing(/Certificate = '[A-Za-z0-9+\/=]+'/, with: "Certificate = 'BASE64'")
    }

    @Test func showsThePairOfTheConfiguration() async throws {
        let place = try Workplace()
        #expect(
            settled(try await place.transcript("certificate", "show")) == """
                certificate  DIR/certificate.pem
                key          DIR/key.pem, belongs to the certificate
                subject      CN=mailscope
                valid from   MOMENT
                valid until  MOMENT, 364 days left
                RSA          2048 bits
                thumbprint   SHA-1, as the portal shows it (SHA-1)
                SHA-256      SHA-256
                x5t#S256   X5T
                exit 0

                """)
    }

    @Test(arguments: [(29, "expires in 28 days"), (-1, "expired at MOMENT")])
    func endsWith3WhereItEndsSoon(days: Int, words: String) async throws {
        let place = try Workplace(
            notBefore: Date() - 5 * 86_400, days: days + 5)
        let text = settled(try await place.transcript("certificate", "show"))
        #expect(
            text.hasSuffix(
                """
                mailscope: error: the certificate in DIR/certificate.pem \(words)
                mailscope: hint: 'mailscope certificate renew' makes the next one
                exit 3

                """), "\(text)")
    }

    @Test func endsWith2WhereThePairDoesNotFit() async throws {
        let place = try Workplace()
        try place.writeIdentity("other.pem", certificate: "certificate.pem")
        let run = try await place.run("certificate", "show")
        #expect(run.exitCode == 2)
        #expect(run.output.contains("cannot be used"))
        #expect(run.errors.contains("does not belong to the certificate in"))
    }

    @Test func showsACertificateByItself() async throws {
        let place = try Workplace()
        let run = try await ProgramRun(["certificate", "show", place.folder("certificate.pem"), "--json"])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains(#""role" : "file""#) && run.output.contains(#""powershell" : ["#))
        #expect(!run.output.contains(#""key" :"#))
    }

    @Test func renewsStepByStep() async throws {
        let place = try Workplace()
        let text = settled(try await place.transcript("certificate", "renew", "--bits", "2048"))
        #expect(
            text.components(separatedBy: "& {")[0] == """
                next key          DIR/key-DAY.pem
                next certificate  DIR/certificate-DAY.pem
                subject           CN=mailscope
                valid from        MOMENT
                valid until       MOMENT
                RSA               2048 bits
                thumbprint        SHA-1, as the portal shows it (SHA-1)
                SHA-256           SHA-256
                x5t#S256   X5T

                certificate:
                  …
                  next:
                    key: key-DAY.pem
                    file: certificate-DAY.pem

                1. Add the lines of 'next' to DIR/mailscope.yaml, below 'certificate:'
                2. Reload (systemctl reload, or SIGHUP) the daemon. It tries the next certificate first, and goes on with the current one until the directory takes it
                3. Give IT the certificate, never the key. IT adds it beside those that are there: by hand in the Entra admin center (App registrations > the app > Certificates & secrets > Upload certificate), or by the lines below
                4. Wait until 'mailscope status' says that the current one may go: about an hour after the directory takes the next one
                5. Put what 'next' holds in the place of the current 'key' and 'file', take 'next' out, and reload the daemon
                6. Let IT remove the old certificate (thumbprint SHA-1) from the app, then delete its key: DIR/key.pem


                """)
        #expect(text.contains("    $AppId = '7b6c1c5a-2f0e-4f53-9d0b-3f6a1f6f0d11'\n"))
        let names = try FileSystem.names(in: place.folder.path) { $0.hasPrefix("key-") }
        let key = try #require(names.first)
        #expect(try FileSystem.facts(of: place.folder(key))?.mode == 0o600)
        // The lines it printed are good as they are.
        let yaml = try String(contentsOfFile: place.config, encoding: .utf8)
        let day = key.dropFirst(4).dropLast(4)
        try place.folder.write(
            "mailscope.yaml",
            yaml.replacing(
                "certificate: {key: key.pem, file: certificate.pem}",
                with:
                    "certificate:\n  key: key.pem\n  file: certificate.pem\n  next:\n    key: key-\(day).pem\n    file: certificate-\(day).pem"
            ))
        let check = try await place.run("config", "check")
        #expect(check.exitCode == 0 && check.errors == "", "\(check.errors)")
        #expect(check.output.contains("next certificate  CN=mailscope, until"))
        let shown = try await place.run("certificate", "show")
        #expect(shown.exitCode == 0 && shown.output.contains("\n\nnext certificate  "))
        let again = try await place.run("certificate", "renew")
        #expect(again.exitCode == 1)
        #expect(again.errors.contains("a renewal is under way"))
    }

    @Test func replacesNothingOfTheSameDay() async throws {
        let place = try Workplace()
        #expect(try await place.run("certificate", "renew", "--bits", "2048").exitCode == 0)
        let run = try await place.run("certificate", "renew", "--bits", "2048")
        #expect(run.exitCode == 1)
        #expect(run.errors.contains("is there already"))
    }

    @Test func hasSystemdHandOverTheNextPairAsItDoesTheCurrentOne() async throws {
        let place = try Workplace()
        let yaml = try String(contentsOfFile: place.config, encoding: .utf8)
        try place.folder.write(
            "mailscope.yaml",
            yaml.replacing(
                "key: key.pem, file: certificate.pem",
                with: "key: credential:key, file: credential:certificate"))
        let text = settled(try await place.transcript("certificate", "renew", "--bits", "2048"))
        #expect(
            text.contains(
                """
                  next:
                    key: credential:next-key
                    file: credential:next-certificate

                [Service]
                LoadCredential=next-key:DIR/key-DAY.pem
                LoadCredential=next-certificate:DIR/certificate-DAY.pem

                1. Let systemd hand over the new files: 'systemctl edit' the unit, and write the lines from [Service] on
                2. Add the lines of 'next'
                """), "\(text)")
        #expect(
            text.contains(
                "6. Put the new files in the places of the old ones: mv DIR/key-DAY.pem DIR/key.pem && mv DIR/certificate-DAY.pem DIR/certificate.pem\n"
            ), "\(text)")
        // As the daemon's unit has them.
        let credentials = place.folder("credentials")
        try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: true)
        for name in try FileSystem.names(in: place.folder.path) where name.hasSuffix(".pem") {
            let id = (name.contains("-") ? "next-" : "") + (name.hasPrefix("key") ? "key" : "certificate")
            try FileManager.default.copyItem(atPath: place.folder(name), toPath: "\(credentials)/\(id)")
        }
        try place.folder.write(
            "mailscope.yaml",
            yaml.replacing(
                "key: key.pem, file: certificate.pem",
                with:
                    "key: credential:key, file: credential:certificate, next: {key: credential:next-key, file: credential:next-certificate}"
            ))
        let shown = try await place.run(
            "certificate", "show", environment: ["CREDENTIALS_DIRECTORY": credentials])
        #expect(shown.exitCode == 0, "\(shown.errors)")
        #expect(shown.output.contains("next certificate  \(credentials)/next-certificate\n"))
        // A credential that the unit does not hand over stops nothing.
        try FileSystem.remove(credentials + "/next-key")
        let check = try await place.run(
            "config", "check", environment: ["CREDENTIALS_DIRECTORY": credentials])
        #expect(check.exitCode == 0)
        #expect(
            check.errors.contains("warning: the next certificate cannot be used, the current one goes on: "))
    }

    @Test func asksWhereToWriteBesideACredential() async throws {
        let place = try Workplace()
        let yaml = try String(contentsOfFile: place.config, encoding: .utf8)
        try place.folder.write(
            "mailscope.yaml", yaml.replacing("key: key.pem", with: "key: credential:key.pem"))
        let environment = ["CREDENTIALS_DIRECTORY": place.folder.path]
        let run = try await place.run("certificate", "renew", environment: environment)
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("--directory /etc/mailscope"))
    }

    @Test(
        arguments: [
            ("/e/key.pem", "/e/certificate.pem", "/e/key-2026-11-23.pem", "/e/certificate-2026-11-23.pem"),
            ("/e/key-2025-11-23.pem", "/e/c-2025-11-23.pem", "/e/key-2026-11-23.pem", "/e/c-2026-11-23.pem"),
            ("/e/identity.pfx", nil, "/e/identity-2026-11-23.pem", "/e/certificate-2026-11-23.pem"),
            ("/k/app", "/c/app.crt", "/k/app-2026-11-23.pem", "/c/certificate-2026-11-23.pem"),
            ("key.pem", "c.pem", "./key-2026-11-23.pem", "./c-2026-11-23.pem"),
        ] as [(String, String?, String, String)])
    func namesTheNextPair(key: String, certificate: String?, nextKey: String, nextCertificate: String) throws
    {
        let files = try NextFiles(
            of: CertificateFiles(key: key, certificate: certificate), directory: nil,
            credentialsDirectory: nil,
            now: #require(UTCMoment.parse("2026-11-23")))
        #expect(files.key == nextKey && files.certificate == nextCertificate)
    }
}
