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
