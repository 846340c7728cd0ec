import FoundationEssentials
import Glibc
import LinuxHost
import TenantSimulator
import TestSupport
import Testing
import YAMLDocument

@testable import mailscope

@Suite(.serialized, .timeLimit(.minutes(20))) struct InitTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// All that is needed, into `place`.
    private func words(_ place: String = "here", _ more: String...) -> [String] {
        [
            "init", "--directory", folder(place), "--tenant", "contoso.com", "--client-id", "later",
            "--mailbox", "reports@contoso.com",
        ] + (more.isEmpty ? ["--maildir", folder(place + "/Maildir")] : more)
    }

    private func transcript(_ run: ProgramRun) -> String {
        TenantPlace.settled(run.transcript(replacing: [folder.path: "DIR"]))
    }

    private func mode(_ name: String) throws -> UInt32? { try FileSystem.facts(of: folder(name))?.mode }

    private func text(_ name: String) throws -> String {
        String(decoding: try contents(folder(name)), as: UTF8.self)
    }

    // MARK: What is written

    @Test(arguments: [["run"], ["fetch"], ["token"], ["verify-scope", "--closed", "other@contoso.com"]])
    func nothingIsAskedForAnAppThatIsNotRegisteredYet(verb: [String]) async throws {
        #expect(try await ProgramRun(words()).exitCode == 0)
        let run = try await ProgramRun(verb + ["--config", folder("here/mailscope.yaml")])
        #expect(
            transcript(run) == """
                mailscope: error: DIR/here/mailscope.yaml: 'client-id' is all zeros: the app is not registered yet
                mailscope: hint: put the Application (client) ID that IT gives you there
                exit 2

                """)
    }

    @Test func writesAllThatIsNeededAndSaysHowItGoesOn() async throws {
        let run = try await ProgramRun(words())
        #expect(
            transcript(run) == """
                wrote        DIR/here/key.pem, the private key: it stays on this machine
                wrote        DIR/here/certificate.pem, for IT
                wrote        DIR/here/policy.yaml
                wrote        DIR/here/mailscope.yaml
                thumbprint   SHA-1, as the portal shows it (SHA-1)
                valid until  MOMENT

                How it goes on:

                1. Fill in DIR/here/policy.yaml, then see what it means: mailscope policy explain DIR/here/policy.yaml
                2. Write the scripts for IT: mailscope policy generate DIR/here/policy.yaml --output DIR/here/policy
                3. Give IT that folder and DIR/here/certificate.pem, never the key: it registers the app, confines it to the mailbox, then grants Mail.Read
                4. Take back app.json: mailscope policy adopt DIR/here/policy.yaml app.json; put its client id into 'client-id' of DIR/here/mailscope.yaml
                5. See whether all is well: mailscope doctor --config DIR/here/mailscope.yaml
                6. Have the confinement proven: mailscope verify-scope --config DIR/here/mailscope.yaml --policy DIR/here/policy.yaml
                7. Fetch once: mailscope fetch --config DIR/here/mailscope.yaml
                8. Keep it running: mailscope run --config DIR/here/mailscope.yaml, by a unit of your own or from a terminal
                exit 0

                """)
        #expect(try mode("here/key.pem") == 0o600)
        #expect(try mode("here/state") == 0o700)
        for name in ["certificate.pem", "mailscope.yaml", "policy.yaml"] {
            #expect(try mode("here/" + name) == 0o644)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("here")).sorted()
        #expect(names == ["certificate.pem", "key.pem", "mailscope.yaml", "policy.yaml", "state"])
        let check = try await ProgramRun(["config", "check", "--config", folder("here/mailscope.yaml")])
        #expect(check.exitCode == 0)
        #expect(check.errors == "")
        #expect(check.output.contains("RSA") == false)
        let explained = try await ProgramRun(["policy", "explain", folder("here/policy.yaml")])
        #expect(explained.exitCode == 0)
        #expect(explained.output.contains("\n  reports@contoso.com\n"))
        #expect(!explained.output.contains("00000000-0000"))
    }

    @Test func answersInJSON() async throws {
        let run = try await ProgramRun(words("here", "--json-lines", folder("here/out.jsonl")) + ["--json"])
        #expect(run.exitCode == 0)
        let answer = try JSONDecoder().decode(JSONTree.self, from: Data(run.output.utf8))
        #expect(answer["written"]?.items.count == 4)
        #expect(answer["kept"]?.items == [])
        #expect(answer["key"]?.text == folder("here/key.pem"))
        #expect(answer["certificate"]?["keyBits"] == .number(3_072))
        #expect(answer["next"]?.items.count == 8)
        #expect(!run.output.contains("PRIVATE KEY"))
        #expect(try text("here/mailscope.yaml").contains("content: json\n"))
    }

    /// A line that begins with `#` and no space can be used as it stands.
    @Test func writesExamplesThatHold() throws {
        var answers = InitAnswers(file: "/x/mailscope.yaml", directory: "/x")
        for sink in [
            InitAnswers.Sink.maildir("/x/mail"), .jsonLines("/x/out.jsonl"), .command(["/bin/take", "a b"]),
        ] {
            answers.sink = sink
            #expect(answers.objection(now: Date()) == nil)
            let lines = ConfigurationText(answers).text.split(
                separator: "\n", omittingEmptySubsequences: false)
            var examples = 0
            for (index, line) in lines.enumerated() where line.contains(/^ *#[a-z]/) {
                var changed = lines
                changed[index] = Substring(line.replacing(/#/, with: "", maxReplacements: 1))
                let text = changed.joined(separator: "\n")
                #expect(throws: Never.self, "\(line)") {
                    try Configuration.read(
                        Array(text.utf8), file: "/x/mailscope.yaml",
                        in: Surroundings(environment: [:], now: Date()))
                }
                examples += 1
            }
            #expect(examples >= 8)
        }
    }

    @Test func fitsThePackagedUnits() throws {
        for (directory, state) in [
            ("/etc/mailscope", "/var/lib/mailscope"),
            ("/etc/mailscope/reports", "/var/lib/mailscope@reports"),
        ] {
            var answers = InitAnswers(file: directory + "/mailscope.yaml", directory: directory)
            answers.sink = .maildir(answers.place("Maildir"))
            let text = ConfigurationText(answers).text
            #expect(text.contains("\n  key: credential:key\n  file: credential:certificate\n"))
            #expect(text.contains("\nstate: \(state)\n"))
            #expect(text.contains("\n    path: \(state)/Maildir\n"))
            let configuration = try answers.configuration(now: Date())
            #expect(configuration.certificate.key == directory + "/key")
            let unit = directory == "/etc/mailscope" ? "mailscope.service" : "mailscope@.service"
            let unitText = String(decoding: try PackageFiles.bytes("docs/packaging/" + unit), as: UTF8.self)
            let place = directory == "/etc/mailscope" ? directory : "/etc/mailscope/%i"
            for line in [
                "LoadCredential=key:\(place)/key.pem", "LoadCredential=certificate:\(place)/certificate.pem",
                "mailscope run --config \(place)/mailscope.yaml",
            ] {
                #expect(unitText.contains(line))
            }
        }
    }

    @Test func findsCredentialsBesideTheConfigurationWithoutSystemd() async throws {
        #expect(try await ProgramRun(words()).exitCode == 0)
        let text = try text("here/mailscope.yaml").replacing("key: key.pem", with: "key: credential:key")
            .replacing("file: certificate.pem", with: "file: credential:certificate")
        try folder.write("here/mailscope.yaml", text)
        let check = try await ProgramRun(["config", "check", "--config", folder("here/mailscope.yaml")])
        #expect(check.exitCode == 0, "\(check.errors)")
    }

    @Test func leadsToMailOnTheSimulatedTenant() async throws {
        let tenant = try TenantPlace()
        tenant.fill(3)
        try folder.write("ca.pem", tenant.tenant.caPEM)
        let run = try await ProgramRun([
            "init", "--directory", folder("here"), "--tenant", tenant.tenant.directory.tenantID,
            "--client-id",
            TenantPlace.client, "--mailbox", "reports@contoso.test", "--maildir", folder("here/Maildir"),
            "--start", "all", "--cloud", "custom", "--authority", tenant.baseURL, "--graph", tenant.baseURL,
            "--ca-file", folder("ca.pem"), "--name", "try: #1 'quoted'", "--days", "30",
        ])
        #expect(run.exitCode == 0, "\(run.errors)")
        let certificate = try #require(
            RegisteredCertificate(
                reading: contents(folder("here/certificate.pem")),
                keyID: "11111111-0000-4000-8000-000000000009"))
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.certificates.append(certificate) }
        let config = ["--config", folder("here/mailscope.yaml")]
        let doctor = try await ProgramRun(["doctor", "--timeout", "600"] + config)
        #expect(doctor.exitCode == 0, "\(doctor.output)")
        #expect(try await ProgramRun(["fetch"] + config).exitCode == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("here/Maildir/new")).count == 3)
    }

    // MARK: What is there already

    @Test func changesNothingThatIsThere() async throws {
        #expect(try await ProgramRun(words()).exitCode == 0)
        let before = try ["key.pem", "certificate.pem", "mailscope.yaml", "policy.yaml"].map {
            try contents(folder("here/" + $0))
        }
        #expect(
            transcript(try await ProgramRun(words())) == """
                mailscope: error: DIR/here/mailscope.yaml is there already, and is not changed
                mailscope: hint: 'mailscope doctor --config DIR/here/mailscope.yaml' says whether all is well
                mailscope: hint: for another mailbox: mailscope init --directory /etc/mailscope/NAME
                exit 1

                """)
        try FileSystem.remove(folder("here/mailscope.yaml"))
        let again = try await ProgramRun(words())
        #expect(again.exitCode == 0)
        #expect(again.output.contains("uses         \(folder("here/key.pem")), which was there already\n"))
        let after = try ["key.pem", "certificate.pem", "mailscope.yaml", "policy.yaml"].map {
            try contents(folder("here/" + $0))
        }
        #expect(before == after)
    }

    @Test func makesACertificateForALoneKeyAndNoKeyForALoneCertificate() async throws {
        #expect(try await ProgramRun(words()).exitCode == 0)
        let key = try contents(folder("here/key.pem"))
        for name in ["certificate.pem", "mailscope.yaml"] { try FileSystem.remove(folder("here/" + name)) }
        #expect(try await ProgramRun(words()).exitCode == 0)
        #expect(try contents(folder("here/key.pem")) == key)
        for name in ["key.pem", "mailscope.yaml"] { try FileSystem.remove(folder("here/" + name)) }
        #expect(
            transcript(try await ProgramRun(words())) == """
                mailscope: error: DIR/here/certificate.pem is there already, and its key DIR/here/key.pem is not
                mailscope: hint: move the certificate away, or name its key: --key FILE --certificate DIR/here/certificate.pem
                exit 1

                """)
    }

    @Test func letsSeveralConfigurationsShareADirectory() async throws {
        for name in ["reports", "sales"] {
            let run = try await ProgramRun([
                "init", "--config", folder("here/\(name).yaml"), "--tenant", "contoso.com", "--client-id",
                "later",
                "--mailbox", "\(name)@contoso.com", "--maildir", folder("here/\(name)"),
            ])
            #expect(run.exitCode == 0, "\(run.errors)")
            let check = try await ProgramRun(["config", "check", "--config", folder("here/\(name).yaml")])
            #expect(check.output.contains(folder("here/\(name)-state")))
            let policy = try await ProgramRun(["policy", "explain", folder("here/\(name)-policy.yaml")])
            #expect(policy.output.contains("\n  \(name)@contoso.com\n"))
        }
        #expect(try contents(folder("here/reports-key.pem")) != contents(folder("here/sales-key.pem")))
    }

    @Test func takesAKeyThatIsGiven() async throws {
        let place = try Workplace()
        let run = try await ProgramRun(
            words() + ["--key", place.folder("key.pem"), "--certificate", place.folder("certificate.pem")])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try FileSystem.facts(of: folder("here/key.pem")) == nil)
        #expect(try text("here/mailscope.yaml").contains("\n  key: \(place.folder("key.pem"))\n"))
        try place.setMode(0o644, of: "key.pem")
        let exposed = try await ProgramRun(
            words("there") + [
                "--key", place.folder("key.pem"), "--certificate", place.folder("certificate.pem"),
            ])
        #expect(exposed.exitCode == 2)
        #expect(try FileSystem.facts(of: folder("there")) == nil, "nothing was made")
    }

    /// Whatever ends it, at whatever moment: no half file, no lost or open key, and running it again does the rest.
    @Test(arguments: 0..<12) func canBeKilledAtAnyMoment(number: Int) async throws {
        let place = "kill\(number)"
        for delay in [0, Int.random(in: 0..<400), 150 + 60 * number] {
            let run = try ProgramRun.Started(words: words(place))
            try await Task.sleep(for: .milliseconds(delay))
            run.send(SIGKILL)
            _ = try await run.end()
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder(place))) ?? [] {
                guard name.contains("key.pem") else { continue }
                #expect(try mode("\(place)/\(name)") == 0o600)
            }
        }
        if try FileSystem.facts(of: folder(place + "/mailscope.yaml")) == nil {
            let end = try await ProgramRun(words(place))
            #expect(end.exitCode == 0, "\(end.errors)")
        }
        let check = try await ProgramRun(["config", "check", "--config", folder(place + "/mailscope.yaml")])
        #expect(check.exitCode == 0, "\(check.errors)")
        #expect(try await ProgramRun(["policy", "explain", folder(place + "/policy.yaml")]).exitCode == 0)
    }

    @Test func removesOldDraftsOfARunThatWasKilled() async throws {
        try FileManager.default.createDirectory(atPath: folder("here"), withIntermediateDirectories: true)
        for name in [".key.pem.1a2b3c4d5e6f7", ".key.pem.mine", ".other.1a2b3c4d5e6f7"] {
            try folder.write("here/" + name, "x")
            try FileManager.default.setAttributes(
                [.modificationDate: Date() - 3_600], ofItemAtPath: folder("here/" + name))
        }
        #expect(try await ProgramRun(words()).exitCode == 0)
        let drafts = try FileManager.default.contentsOfDirectory(atPath: folder("here")).filter {
            $0.hasPrefix(".")
        }
        #expect(drafts.sorted() == [".key.pem.mine", ".other.1a2b3c4d5e6f7"])
    }

    @Test func leavesNoConfigurationOnAFullDisk() async throws {
        try FileManager.default.createDirectory(atPath: folder("here"), withIntermediateDirectories: true)
        let mount = try await ProgramRun(
            program: "/bin/mount",
            ["-t", "tmpfs", "-o", "size=16k,nr_inodes=3", "mailscope-test", folder("here")])
        guard mount.exitCode == 0 else {
            print("skipped: mounting a small file system is not permitted here")
            return
        }
        let run = try await ProgramRun(words())
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("here"))
        _ = try await ProgramRun(program: "/bin/umount", ["-l", folder("here")])
        #expect(run.exitCode == 1)
        #expect(run.errors.contains("No space left on device"))
        #expect(!names.contains("mailscope.yaml"), "\(names)")
    }

    // MARK: Values

    @Test func namesEachOptionThatIsMissingAndNeverWaits() async throws {
        let expected = """
            mailscope: error: --tenant is missing, and there is no terminal to ask on
            mailscope: hint: --tenant TENANT: the Directory (tenant) ID, or a verified domain
            mailscope: error: --client-id is missing, and there is no terminal to ask on
            mailscope: hint: --client-id ID: the Application (client) ID, or 'later' where IT has yet to register the app
            mailscope: error: --mailbox is missing, and there is no terminal to ask on
            mailscope: hint: --mailbox ADDRESS: the one mailbox to read: its address, or the user's object id
            mailscope: error: --maildir, --json-lines or --command is missing, and there is no terminal to ask on
            mailscope: hint: it says where messages go: --maildir DIR, --json-lines FILE or --command PROGRAM
            exit 64

            """
        let words = ["init", "--directory", folder("here")]
        #expect(transcript(try await ProgramRun(words)) == expected)
        let answers = try folder.write("answers", String(repeating: "contoso.com\n", count: 50))
        let fed = try await ProgramRun(
            program: "/bin/sh",
            ["-c", #"file=$1; shift; "$@" <"$file""#, "sh", answers, ProgramRun.folder + "/mailscope"] + words
        )
        #expect(transcript(fed) == expected, "a file is nobody who answers")
        #expect(try FileSystem.facts(of: folder("here")) == nil)
    }

    @Test(arguments: [
        (["--tenant", "common"], "--tenant: the tenant \"common\" stands for many directories"),
        (["--client-id", "7"], "--client-id: takes a GUID, not \"7\""),
        (
            ["--mailbox", "a b"],
            "--mailbox: cannot be used: it must be one address or one object id (a GUID)"
        ),
        (["--mailbox", "réports@contoso.com"], "--mailbox: cannot be used: "),
        (
            ["--maildir", "/nowhere/at/all"],
            "--maildir: the Maildir /nowhere/at/all cannot be made: /nowhere/at does not exist"
        ),
        (["--maildir", "a\nb"], "--maildir: a path has a character that cannot be seen"),
        (["--maildir", ""], "--maildir: a path is empty"),
        (["--maildir", String(repeating: "a", count: 256)], "--maildir: a path is too long"),
        (["--start", "yesterday"], "--start: takes a day, or a moment in UTC, not 'yesterday'"),
        (["--start", "2999-01-01"], "--start: lies in the future"),
        (["--days", "0"], "--days takes a whole number from 1 to 3650, not '0'"),
        (["--name", "a\nb"], "--name: a certificate's name has 1 to 64 characters and no line breaks"),
        (["--cloud", "custom"], "--authority: is missing"),
        (["--authority", "https://x.test"], "--authority: goes with 'cloud: custom' only"),
        (["--content", "json"], "--maildir: cannot take 'content: json'"),
        (["--command", "/bin/true"], "--maildir and --command cannot both be given"),
        (["--certificate", "c.pem"], "--certificate goes with --key"),
    ])
    func refusesWhatTheConfigurationWould(words more: [String], message: String) async throws {
        let run = try await ProgramRun(words() + more)
        #expect(run.exitCode == 64)
        #expect(run.errors.hasPrefix("mailscope: error: " + message), "\(run.errors)")
        #expect(try FileSystem.facts(of: folder("here")) == nil)
    }

    @Test(arguments: [
        "with spaces ", "colon: hash #x", "it's \"quoted\"", "Grüße 日本 🙂", "- dash", "&a *b !c %d @e `f",
        "{a: b}, [c]", "true", "12", "~", "back\\slash", "credential:key",
        "a" + String(repeating: "x", count: 200),
    ])
    func takesAnyPath(name: String) async throws {
        let run = try await ProgramRun(words("here", "--maildir", folder("here/" + name)))
        #expect(run.exitCode == 0, "\(run.errors)")
        let configuration = try Configuration.read(
            file: folder("here/mailscope.yaml"), in: Surroundings(environment: [:], now: Date()))
        #expect(configuration.sinks == [.maildir(path: folder("here/" + name), syncsFileSystem: false)])
    }

    /// An accent makes another character of a quote, and no shell cares.
    @Test func quotesWordsForShells() {
        #expect(ShellText.word("it's") == #"'it'\''s'"#)
        #expect(ShellText.word("a'\u{301}; id") == "'a'\\''\u{301}; id'")
    }

    @Test func writesTextsThatReadBackAsTheyWere() throws {
        var generator = SystemRandomNumberGenerator()
        let signs =
            Array(
                "ab1 :#'\"\\-?,[]{}&*!|>%@`~=<\t\n\r\u{0}\u{7}\u{85}\u{A0}\u{2028}\u{FEFF}é日🙂.0x_/+") + [
                "\u{301}"
            ]
        for _ in 0..<2_000 {
            let text = String(
                (0..<Int.random(in: 0...12)).map { _ in signs.randomElement(using: &generator) ?? "a" })
            let value = try YAMLValue.parse(Array("key: \(YAMLText.scalar(text))\n".utf8))
            guard case .mapping(let members) = value?.content,
                case .scalar(let read, _)? = members.first?.value.content
            else {
                // YAML has no way to hold it; the reader refuses the file instead of misreading it.
                Issue.record("\(text.debugDescription)")
                continue
            }
            #expect(read == text)
        }
    }

    // MARK: On a terminal

    /// What is asked, with a good answer to each.
    private static let good: [(prompt: String, reply: String)] = [
        ("Tenant,", "contoso.com\n"), ("App,", "\n"), ("Mailbox,", "reports@contoso.com\n"),
        ("Messages go to", "mail\n"), ("The Maildir", "\n"), ("How much of the past", "all\n"),
        ("Name in the certificate", "\n"), ("Days that", "90\n"),
    ]

    @Test func asksAPerson() async throws {
        let run = try await TerminalRun(
            ["init"], in: folder.path,
            answers: [("Directory for the files [/etc/mailscope]: ", "with space\n")] + Self.good)
        #expect(run.exitCode == 0, "\(run.screen)")
        #expect(run.screen.contains("The Maildir [\(folder("with space/Maildir"))]: \n"))
        #expect(run.screen.contains("\n1. Fill in "))
        let configuration = try Configuration.read(
            file: folder("with space/mailscope.yaml"), in: Surroundings(environment: [:], now: Date()))
        #expect(configuration.start == .all)
        #expect(configuration.mailbox == "reports@contoso.com")
    }

    @Test func asksAgainWithTheReasonAndGivesUpAfterThreeTries() async throws {
        let run = try await TerminalRun(
            ["init", "--directory", "here"], in: folder.path,
            answers: [("Tenant,", "common\n"), ("Tenant,", "\n"), ("Tenant,", "\u{1B}[A\n")])
        #expect(
            run.screen == """
                Tenant, the Directory (tenant) ID or a verified domain: common
                mailscope: error: the tenant "common" stands for many directories
                mailscope: hint: set tenant to the Directory (tenant) ID of the app's Overview page, or to a verified domain
                Tenant, the Directory (tenant) ID or a verified domain: 
                mailscope: error: there must be an answer
                Tenant, the Directory (tenant) ID or a verified domain: ^[[A
                mailscope: error: the tenant "\\u{1b}[A" is neither a directory id nor a domain name
                mailscope: hint: set tenant to the Directory (tenant) ID of the app's Overview page, or to a verified domain
                mailscope: error: no answer that can be used, in 3 tries; nothing was written
                mailscope: hint: 'mailscope init --help' says what is wanted

                """)
        #expect(run.exitCode == 64)
        #expect(try FileSystem.facts(of: folder("here")) == nil)
    }

    @Test(arguments: [(TerminalRun.interrupt, Int32(130)), (TerminalRun.end, Int32(130))])
    func canBeLeftInTheMiddleOfAQuestion(key: String, exitCode: Int32) async throws {
        let run = try await TerminalRun(
            ["init", "--directory", "here"], in: folder.path,
            answers: [("Tenant,", "contoso.com\n"), ("App,", key)])
        #expect(run.exitCode == exitCode, "\(run.screen)")
        #expect(run.leavesTerminalAsItWas)
        #expect(try FileSystem.facts(of: folder("here")) == nil)
    }
}
