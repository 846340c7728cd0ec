import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

@Suite(.timeLimit(.minutes(20))) struct FetchTests {
    @Test func deliversEachMessageOnceIntoAMaildir() async throws {
        let tenant = try TenantPlace()
        tenant.fill(40)
        let first = try await tenant.transcript("fetch")
        #expect(first == "mailscope: 40 messages delivered (SIZE), in T\nexit 0\n")
        #expect(try tenant.delivered() == tenant.held())
        let second = try await tenant.transcript("fetch")
        #expect(second == "exit 0\n")
        for seed in UInt64(100)..<103 {
            let now = Int(Date().timeIntervalSince1970)
            tenant.tenant.mail.addGenerated(
                seed: seed, of: TenantPlace.mailbox, received: UTCTime(seconds: now))
        }
        let third = try await tenant.run("fetch", "--json")
        #expect(third.errors == "")
        #expect(third.output.contains("\"delivered\" : 3"))
        #expect(try tenant.delivered() == tenant.held())
    }

    @Test func asksForNothingButTheMailboxsMessages() async throws {
        let tenant = try TenantPlace()
        tenant.fill(12)
        _ = try await tenant.run("fetch")
        let asked = tenant.tenant.log.entries.map(\.target).filter {
            $0.hasPrefix("/v1.0") || $0.hasPrefix("/beta")
        }
        #expect(asked.count >= 13)
        #expect(asked.allSatisfy { $0.hasPrefix("/v1.0/users/reports@contoso.test/messages") }, "\(asked)")
    }

    @Test func writesLinesOfJSON() async throws {
        let tenant = try TenantPlace(content: "json", sinks: "json-lines: {path: out.jsonl}")
        tenant.fill(25)
        let text = try await tenant.transcript("fetch")
        #expect(text == "mailscope: 25 messages delivered (SIZE), in T\nexit 0\n")
        let lines = try String(contentsOfFile: tenant.place.folder("out.jsonl"), encoding: .utf8)
            .split(separator: "\n")
        #expect(lines.count == 25)
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }

    @Test func saysNoSecretAtAnyLevel() async throws {
        let tenant = try TenantPlace()
        tenant.fill(3)
        let run = try await tenant.run("fetch", "--log-level", "trace")
        let said = run.output + run.errors
        #expect(said.contains("trace") && run.exitCode == 0)
        // Tokens and assertions are JWTs, which begin with {" in base64url.
        #expect(!said.contains("eyJ"))
        let key = try String(contentsOfFile: tenant.place.folder("key.pem"), encoding: .utf8)
        #expect(key.split(separator: "\n").dropFirst().dropLast().allSatisfy { !said.contains($0) })
    }

    @Test func setsAsideWhatCannotBeFetchedAndTriesItAgainWhenTold() async throws {
        let tenant = try TenantPlace(lines: "tries: 1")
        tenant.fill(5)
        let id = tenant.tenant.mail.messageIDs(of: TenantPlace.mailbox)[2]
        tenant.tenant.mail.corrupt(id, in: TenantPlace.mailbox)
        let first = try await tenant.transcript("fetch", "--log-level", "error")
        #expect(
            first.hasPrefix(
                "mailscope: 4 messages delivered (SIZE), 1 set aside, see 'mailscope quarantine list', in T\n"
            ))
        let status = try await tenant.run("status", "--json")
        #expect(status.exitCode == 1)
        #expect(
            status.errors.hasPrefix(
                "mailscope: error: 1 message in quarantine\nmailscope: hint: see 'mailscope quarantine list'")
        )
        #expect(status.output.contains("\"1 message in quarantine\"\n  ]"))
        let list = try await tenant.run("quarantine", "list")
        #expect(list.output.hasPrefix("SINCE"))
        #expect(list.output.contains(id))
        let wrong = try await tenant.transcript("quarantine", "retry", "nonsense")
        #expect(
            wrong == """
                mailscope: 0 messages will be tried again at the next pass
                mailscope: error: 1 of the ids are not in quarantine
                mailscope: hint: 'mailscope quarantine list' shows the ids
                exit 1

                """)
        tenant.tenant.mail.corrupt(id, in: TenantPlace.mailbox, false)
        let retried = try await tenant.transcript("quarantine", "retry", "--all")
        #expect(retried == "mailscope: 1 message will be tried again at the next pass\nexit 0\n")
        let second = try await tenant.transcript("fetch")
        #expect(second == "mailscope: 1 message delivered (SIZE), in T\nexit 0\n")
        let empty = try await tenant.transcript("quarantine", "list")
        #expect(empty == "mailscope: no message is in quarantine\nexit 0\n")
    }

    @Test func saysWhyTheFirstMessageCouldNotBeDelivered() async throws {
        let script = "head -c 4 >/dev/null; printf 'no\\033[31m room\\n' >&2; exit 75"
        let tenant = try TenantPlace(sinks: "command: {run: [/bin/sh, take.sh]}")
        try tenant.place.folder.write("take.sh", script)
        try tenant.edit("take.sh", tenant.place.folder("take.sh"))
        tenant.fill(3)
        let run = try await tenant.run("fetch", "--log-level", "error")
        #expect(run.exitCode == 1)
        let error = try #require(run.errors.split(separator: "\n").first { $0.contains("error:") })
        #expect(error.contains("3 messages could not be delivered, the first: "))
        #expect(error.contains("no") && error.contains("room") && !error.contains("\u{1b}"), "\(error)")
    }

    @Test func pointsToThePropertiesWhereGraphDoesNotKnowOne() async throws {
        let tenant = try TenantPlace(
            content: "headers", sinks: "json-lines: {path: out.jsonl}", lines: "headers: [subject, colour]")
        tenant.fill(2)
        let run = try await tenant.run("fetch", "--log-level", "error")
        #expect(run.exitCode == 1)
        let hints = run.errors.split(separator: "\n").filter { $0.contains("hint: ") }
        #expect(
            hints.first
                == "mailscope: hint: check 'headers' in the configuration; Graph must know each property of a message there: subject, colour",
            "\(run.errors)")
        #expect(hints.last?.contains("it said 400") == true)
    }

    @Test func saysInPlainWordsWhatIsCollectedNow() async throws {
        let tenant = try TenantPlace(start: "start: now")
        _ = try await tenant.run("fetch")
        try tenant.edit("start: now", "start: all")
        let run = try await tenant.run("fetch", "--log-level", "notice")
        #expect(run.errors.contains("what to collect has changed"))
        #expect(run.errors.contains("all messages") && !run.errors.contains("|all"), "\(run.errors)")
    }

    @Test func statusTellsWhenTheNextTryIs() async throws {
        let tenant = try TenantPlace()
        tenant.fill(2)
        let id = tenant.tenant.mail.messageIDs(of: TenantPlace.mailbox)[1]
        tenant.tenant.mail.corrupt(id, in: TenantPlace.mailbox)
        _ = try await tenant.run("fetch")
        let status = try await tenant.transcript("status")
        #expect(status.contains("\nto be tried again  1 message, the next at MOMENT\n"))
        #expect(status.hasSuffix("\nexit 0\n"))
    }

    @Test func beginsWithNewMailWhereAskedTo() async throws {
        let tenant = try TenantPlace(start: "start: now")
        tenant.fill(5)
        let text = try await tenant.transcript("fetch")
        #expect(text.hasSuffix("exit 0\n"))
        #expect(try tenant.delivered() == [])
    }

    @Test func tellsOfAClosedMailbox() async throws {
        let tenant = try TenantPlace()
        tenant.tenant.directory.changeApp(TenantPlace.client) { $0.grants = [] }
        let text = try await tenant.transcript("fetch", "--log-level", "error")
        #expect(
            text == """
                mailscope: error: the mailbox is closed to the app: no role is granted, the role's scope lacks the mailbox, or the change is not yet in effect
                mailscope: hint: let IT grant Mail.Read or assign Application Mail.Read, then see that its scope contains the mailbox; if both hold, wait: changes take up to two hours and more
                mailscope: hint: it said 403 ErrorAccessDenied: Access is denied. Check credentials and try again. (request-id GUID)
                exit 4

                """)
    }

    @Test func tellsOfAMailboxThatIsNotThere() async throws {
        let tenant = try TenantPlace()
        try tenant.edit("reports@contoso.test", "nobody@contoso.test")
        let text = try await tenant.transcript("fetch", "--log-level", "error")
        #expect(
            text == """
                mailscope: error: the mailbox cannot be found: nobody has this address or id, or a distribution list has it
                mailscope: hint: check 'mailbox' in the configuration, by its object id at best
                mailscope: hint: it said 404 ErrorInvalidUser: The requested user 'nobody@contoso.test' is invalid. (request-id GUID)
                exit 2

                """)
    }

    @Test func tellsOfAStateDirectoryThatCannotBeWritten() async throws {
        let tenant = try TenantPlace()
        try tenant.edit("state: state", "state: /proc/mailscope")
        let text = try await tenant.transcript("fetch")
        #expect(
            text == """
                mailscope: error: /proc/mailscope cannot be used: No such file or directory
                mailscope: hint: let this user write there, or set 'state' to another directory: ls -ld /proc/mailscope
                exit 1

                """)
    }

    @Test func tellsOfADamagedLedger() async throws {
        let tenant = try TenantPlace()
        try FileManager.default.createDirectory(
            atPath: tenant.place.folder("state"), withIntermediateDirectories: true)
        try tenant.place.folder.write("state/ledger.db", String(repeating: "no ledger ", count: 1_000))
        let text = try await tenant.transcript("fetch")
        #expect(
            text == """
                mailscope: error: DIR/state/ledger.db is damaged: file is not a database
                mailscope: hint: restore it from a backup; or move it away and start again: mkdir DIR/state/damaged && mv DIR/state/ledger.db* DIR/state/damaged/
                mailscope: hint: a new ledger knows nothing: set 'start' to a time before the damage, or mail is left out; a Maildir then gets nothing twice, other sinks may
                exit 1

                """)
    }

    @Test func neverTakesATruncatedLedgerForANewOne() async throws {
        let tenant = try TenantPlace(start: "start: now")
        _ = try await tenant.run("fetch")
        let now = Int(Date().timeIntervalSince1970)
        tenant.tenant.mail.addGenerated(seed: 7, of: TenantPlace.mailbox, received: UTCTime(seconds: now))
        try tenant.place.folder.write("state/ledger.db", "")
        for command in ["fetch", "status"] {
            let run = try await tenant.run(command)
            #expect(run.exitCode == 1 && run.errors.contains("state/ledger.db is damaged: it is empty"))
        }
        #expect(try tenant.delivered() == [])
    }

    @Test func tellsOfAFullDisk() async throws {
        let tenant = try TenantPlace(content: "json", sinks: "json-lines: {stdout: true}")
        tenant.fill(3)
        let run = try await ProgramRun(
            program: "/bin/sh",
            [
                "-c", "exec \"$0\" fetch --config \"$1\" >/dev/full", ProgramRun.folder + "/mailscope",
                tenant.place.config,
            ])
        #expect(
            run.transcript() == """
                mailscope: error: sink json-lines: cannot write standard output: No space left on device
                mailscope: hint: free space (or inodes: df -i) on the file system of standard output
                exit 1

                """)
    }

    @Test func statusTellsOfASinkThatCouldNotBeOpened() async throws {
        let tenant = try TenantPlace(sinks: "maildir: {path: none/mail}")
        #expect(try await tenant.run("fetch").exitCode == 1)
        let status = try await tenant.run("status")
        #expect(status.exitCode == 1)
        #expect(status.errors.contains("the last pass failed: sink maildir: cannot create"))
    }

    @Test func statusAndQuarantineRefuseTheLedgerOfAnotherMailbox() async throws {
        let tenant = try TenantPlace()
        _ = try await tenant.run("fetch")
        try tenant.edit("reports@contoso.test", "finance@contoso.test")
        for run in [
            try await tenant.run("status"), try await tenant.run("quarantine", "list"),
            try await tenant.run("quarantine", "retry", "--all"),
        ] {
            #expect(run.exitCode == 2 && run.output == "")
            #expect(run.errors.contains("ledger.db belongs to the mailbox reports@contoso.test of tenant"))
        }
    }

    @Test func showsItsStatus() async throws {
        let tenant = try TenantPlace()
        tenant.fill(7)
        let before = try await tenant.transcript("status")
        #expect(
            before == """
                mailscope: error: nothing was fetched yet: there is no ledger in DIR/state
                mailscope: hint: start the daemon, or run 'mailscope fetch'; 'state' in the configuration says where
                exit 1

                """)
        _ = try await tenant.run("fetch")
        let after = try await tenant.transcript("status")
        #expect(
            after == """
                mailbox          reports@contoso.test
                last pass        MOMENT, T ago
                collected up to  MOMENT
                delivered        7 messages
                quarantine       empty
                requests         N of 9,990 in ten minutes
                certificate      until MOMENT, 364 days left
                exit 0

                """)
    }
}

extension TenantPlace {
    /// The MIME texts in the Maildir.
    func delivered() throws -> Set<[UInt8]> {
        let folder = place.folder("mail/new")
        return Set(
            try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
                Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
            })
    }

    /// The MIME texts in the mailbox.
    func held() -> Set<[UInt8]> {
        Set(
            tenant.mail.messageIDs(of: Self.mailbox).compactMap { tenant.mail.mime(of: $0, in: Self.mailbox) }
        )
    }
}
