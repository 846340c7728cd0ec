import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

@Suite(.serialized, .timeLimit(.minutes(20))) struct DoctorPlaceTests {
    @Test func tellsOfAMaildirThatCannotBeMade() async throws {
        let tenant = try TenantPlace(sinks: "maildir: {path: disk/mail}")
        try DoctorPage.expect("sink", try await tenant.doctor())
    }

    @Test func looksAtEverySink() async throws {
        let tenant = try TenantPlace(
            content: "json", sinks: "json-lines: {path: out.jsonl}, command: {run: [/bin/true]}")
        let text = try await tenant.doctor(isWhole: true)
        #expect(
            text.contains("\nok       sink           lines of JSON in DIR/out.jsonl, writable, N GB free\n"))
        #expect(text.contains("\nok       sink           the program /bin/true may be run; it was not\n"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: tenant.place.folder.path).sorted() == [
                "ca.pem", "certificate.pem", "key.pem", "mailscope.yaml",
            ], "nothing is left behind")
    }

    /// What the sink would not write to must not be called writable.
    @Test(arguments: [
        (
            "ln -s real out.jsonl && touch real",
            "cannot open DIR/out.jsonl: Too many levels of symbolic links"
        ),
        ("mkfifo out.jsonl", "DIR/out.jsonl is not a regular file"),
        ("echo secret >out.jsonl", "DIR/out.jsonl does not begin with JSON"),
    ])
    func tellsOfAFileThatIsNotOneOfLines(making: String, finding: String) async throws {
        let tenant = try TenantPlace(content: "json", sinks: "json-lines: {path: out.jsonl}")
        #expect(try await tenant.shell(making) == 0)
        #expect(try await tenant.doctor().contains("failure  sink           sink json-lines: \(finding)\n"))
        #expect(try await tenant.run("fetch").exitCode == 1)
    }

    @Test func tellsOfAMaildirWithAFileInAFoldersPlace() async throws {
        let tenant = try TenantPlace()
        #expect(try await tenant.shell("mkdir mail && touch mail/new") == 0)
        #expect(
            try await tenant.doctor().contains(
                "failure  sink           the Maildir's folder DIR/mail/new cannot be used: DIR/mail/new is no directory\n"
            ))
    }

    @Test func tellsOfASpoolThatIsAFile() async throws {
        let tenant = try TenantPlace()
        #expect(try await tenant.shell("mkdir state && touch state/spool") == 0)
        #expect(
            try await tenant.doctor().contains(
                "failure  state          the spool DIR/state/spool cannot be used: DIR/state/spool is no directory\n"
            ))
    }

    /// Root may write anywhere: the daemon's user looks.
    @Test(arguments: [("ledger.db", 400), ("lock", 400), ("spool", 500)])
    func tellsOfStateThatCannotBeWritten(name: String, mode: Int) async throws {
        let tenant = try TenantPlace()
        #expect(try await tenant.run("fetch").exitCode == 0)
        guard let fetch = try await tenant.asNobody("fetch") else { return }
        #expect(fetch.exitCode == 0, "\(fetch.errors)")
        #expect(try await tenant.shell("chmod \(mode) state/\(name)") == 0)
        let doctor = try #require(try await tenant.asNobody("doctor"))
        #expect(doctor.output.contains(/failure  state          .*state\/\X*/), "\(doctor.output)")
        #expect(doctor.exitCode == 1)
    }

    @Test func takesAFileInADirectoryThatIsClosed() async throws {
        let tenant = try TenantPlace(content: "json", sinks: "json-lines: {path: out/lines}")
        #expect(try await tenant.shell("mkdir out && touch out/lines && chmod 500 out") == 0)
        guard let fetch = try await tenant.asNobody("fetch") else { return }
        #expect(fetch.exitCode == 0, "\(fetch.errors)")
        let doctor = try #require(try await tenant.asNobody("doctor"))
        #expect(doctor.output.contains(/ok       sink           lines of JSON in .*, writable/))
        #expect(doctor.exitCode == 0, "\(doctor.output)")
        #expect(try await tenant.shell("chmod 400 out/lines") == 0)
        let closed = try #require(try await tenant.asNobody("doctor"))
        #expect(closed.exitCode == 1, "\(closed.output)")
    }

    @Test func tellsOfADiskThatIsFull() async throws {
        let tenant = try TenantPlace()
        try await SmallDisk.mounted(at: tenant.place.folder("mail"), size: "1m") { disk in
            for folder in ["tmp", "new", "cur"] {
                try FileManager.default.createDirectory(
                    atPath: disk.path + "/" + folder, withIntermediateDirectories: true)
            }
            let little = try await tenant.doctor()
            try DoctorPage.expect(
                "little room", little.replacing(/room for [0-9.]+ [kM]B/, with: "room for 1 MB"))
            try? Data(repeating: 1, count: 4 << 20).write(to: URL(filePath: disk.path + "/new/filler"))
            let full = try await tenant.doctor()
            try DoctorPage.expect("disk full", full.replacing(/doctor-[0-9]+/, with: "doctor-PID"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path + "/tmp") == [])
        }
    }

    @Test func tellsOfAStateDirectoryThatIsAFile() async throws {
        let tenant = try TenantPlace()
        try tenant.place.folder.write("state", "")
        try DoctorPage.expect("state", try await tenant.doctor())
    }

    @Test func tellsOfALedgerThatIsDamaged() async throws {
        let tenant = try TenantPlace()
        tenant.fill(200)
        #expect(try await tenant.run("fetch").exitCode == 0)
        let path = tenant.place.folder("state/ledger.db")
        var bytes = try contents(path)
        // A page in the middle: SQLite opens the file all the same.
        for at in 4_096 * 8..<4_096 * 12 where at < bytes.count { bytes[at] = 0xA5 }
        try Data(bytes).write(to: URL(filePath: path))
        let text = try await tenant.doctor()
        try DoctorPage.expect(
            "ledger", text.replacing(/is damaged: .*/, with: "is damaged: database disk image is malformed"))
    }

    @Test func tellsOfALedgerOfAnotherMailbox() async throws {
        let tenant = try TenantPlace()
        #expect(try await tenant.run("fetch").exitCode == 0)
        try tenant.edit("reports@contoso.test", "finance@contoso.test")
        try DoctorPage.expect("ledger of another mailbox", try await tenant.doctor())
    }

    @Test func tellsWhoWorksAlready() async throws {
        let tenant = try TenantPlace()
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        defer { daemon.send(SIGKILL) }
        for _ in 0..<3_000 where !daemon.errors.contains("ready") {
            try await Task.sleep(for: .milliseconds(20))
        }
        let text = try await tenant.doctor(isWhole: true)
        #expect(
            text.contains(
                "\nok       instance       mailscope, process PID, since MOMENT, has the state directory; a second 'run' or 'fetch' would be refused\n"
            ))
        try tenant.edit("state: state", "state: another")
        let other = try await tenant.doctor()
        try DoctorPage.expect("instance", other)
        daemon.send(SIGTERM)
        #expect(try await daemon.end().exitCode == 0)
    }
}

extension TenantPlace {
    /// Runs a line in the workplace's folder.
    fileprivate func shell(_ line: String) async throws -> Int32 {
        try await ProgramRun(program: "/bin/sh", ["-c", "cd '\(place.folder.path)' && " + line]).exitCode
    }

    /// The program as a user who is not root, to whom all of the workplace is given; nil where that is not permitted.
    fileprivate func asNobody(_ word: String) async throws -> ProgramRun? {
        guard geteuid() == 0,
            try await shell("find . -exec chown -h 65534:65534 {} + && chmod 700 .") == 0
        else {
            print("skipped: only root may run a program as somebody else")
            return nil
        }
        let run = try await ProgramRun(
            program: "/usr/bin/setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", ProgramRun.folder + "/mailscope", word]
                + ["--config", place.config])
        guard run.exitCode < 126 else {
            print("skipped: somebody else may not run the program here: \(run.errors)")
            return nil
        }
        return run
    }
}
