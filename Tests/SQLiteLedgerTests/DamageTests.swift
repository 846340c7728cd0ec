import FoundationEssentials
import Glibc
import MailscopeKit
import Testing

@testable import SQLiteLedger

@Suite struct DamageTests {
    let scratch = ScratchDirectory()
    var file: String { scratch.path + "/ledger.db" }

    @Test func namesAFileThatIsNoLedger() async throws {
        try Data("this was never a database, only some text, long enough to be looked at".utf8)
            .write(to: URL(filePath: file))
        let error = await #expect(throws: LedgerError.self) {
            try await SQLiteLedger.open(scratch.path, owner: owner)
        }
        #expect(
            error?.description.hasPrefix("\(file) is damaged: file is not a database") == true)
    }

    @Test func namesADatabaseOfAnotherProgram() async throws {
        try Data().write(to: URL(filePath: file))
        try Connection(path: file, mode: .readWrite).script("CREATE TABLE theirs (x)")
        await #expect(
            throws: LedgerError.corrupt(path: file, detail: "it is a database of another program")
        ) { try await SQLiteLedger.open(scratch.path, owner: owner) }
    }

    @Test func takesATruncatedLedgerForDamagedAndLeavesItAsItIs() async throws {
        try await SQLiteLedger.open(scratch.path, owner: owner).close()
        let log = Data("what a crash left in the log".utf8)
        try log.write(to: URL(filePath: file + "-wal"))
        truncate(file, 0)
        await expectDamage("it is empty")
        #expect(try Data(contentsOf: URL(filePath: file)).isEmpty)
        #expect(try Data(contentsOf: URL(filePath: file + "-wal")) == log)
    }

    @Test func takesALogWithoutItsLedgerForDamage() async throws {
        try Data("x".utf8).write(to: URL(filePath: file + "-wal"))
        await expectDamage("it is missing, but its log \(file)-wal is there")
        #expect(access(file, F_OK) != 0)
    }

    @Test(arguments: [
        "PRAGMA user_version = 0", "DROP TABLE messages", "DROP TABLE facts",
        "PRAGMA application_id = 0; PRAGMA user_version = 1; DROP TABLE facts; DROP TABLE cursor;"
            + "DROP TABLE messages; DROP TABLE acknowledgements; DROP TABLE bookings; DROP TABLE tallies",
    ]) func takesALedgerWithoutItsTablesForDamaged(script: String) async throws {
        try await SQLiteLedger.open(scratch.path, owner: owner).close()
        try Connection(path: file, mode: .readWrite).script(script)
        await expectDamage("it has lost its tables")
    }

    @Test func makesANewLedgerOverWhatACrashLeftOfOne() async throws {
        for name in ["ledger.db.new", "ledger.db.new-wal", "ledger.db.new-shm"] {
            try Data("half".utf8).write(to: URL(filePath: scratch.path + "/" + name))
        }
        try await SQLiteLedger.open(scratch.path, owner: owner).close()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
                == ["ledger.db", "lock"])
        try await SQLiteLedger.openForReading(scratch.path, owner: owner).close()
    }

    /// The same for whoever opens it.
    private func expectDamage(_ detail: String) async {
        let error = LedgerError.corrupt(path: file, detail: detail)
        await #expect(throws: error) { try await SQLiteLedger.open(scratch.path, owner: owner) }
        await #expect(throws: error) { try await SQLiteLedger.openForReading(scratch.path, owner: owner) }
        await #expect(throws: error) { try await SQLiteLedger.openForRetry(scratch.path, owner: owner) }
    }

    @Test func namesADamagedPageWhenItIsRead() async throws {
        do {
            let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
            let records = (0..<2000).map {
                MessageRecord(id: MessageID("id-\($0)"), receivedDateTime: nil, state: .delivered)
            }
            try await ledger.commit(records, cursor: nil)
            await ledger.close()
        }
        var bytes = try Data(contentsOf: URL(filePath: file))
        for index in 8192..<bytes.count { bytes[index] = 0xA5 }
        try bytes.write(to: URL(filePath: file))
        let error = await #expect(throws: LedgerError.self) {
            let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
            _ = try await ledger.unknown(among: (0..<2000).map { MessageID("id-\($0)") })
        }
        #expect(error?.description.hasPrefix("\(file) is damaged: ") == true)
    }

    @Test func refusesANewerFile() async throws {
        let newer = Schema(steps: Schema.current.steps + ["CREATE TABLE later (x)"])
        try await SQLiteLedger.open(scratch.path, owner: owner, schema: newer).close()
        let error = LedgerError.newer(path: file, version: Schema.current.steps.count + 1)
        await #expect(throws: error) { try await SQLiteLedger.open(scratch.path, owner: owner) }
        await #expect(throws: error) { try await SQLiteLedger.openForReading(scratch.path, owner: owner) }
    }

    @Test func bringsAnOlderFileUpToDate() async throws {
        do {
            let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
            try await ledger.commit(
                [MessageRecord(id: MessageID("a"), receivedDateTime: nil, state: .delivered)], cursor: nil)
            await ledger.close()
        }
        let step = "ALTER TABLE cursor ADD COLUMN later TEXT; CREATE TABLE extra (x)"
        let later = Schema(steps: Schema.current.steps + [step])
        let ledger = try await SQLiteLedger.open(scratch.path, owner: owner, schema: later)
        #expect(try await ledger.counts().delivered == 1)
        #expect(try await ledger.unknown(among: ids("a")) == [])
    }

    @Test func leavesAnOlderFileAsItWasWhenAStepFails() async throws {
        try await SQLiteLedger.open(scratch.path, owner: owner).close()
        let broken = Schema(steps: Schema.current.steps + ["CREATE TABLE half (x); CREATE TABLE half (x)"])
        await #expect(throws: LedgerError.self) {
            try await SQLiteLedger.open(scratch.path, owner: owner, schema: broken)
        }
        let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
        #expect(try await ledger.cursor() == nil)
    }

    @Test func saysThatTheDiskIsFull() throws {
        try Data().write(to: URL(filePath: file))
        let connection = try Connection(path: file, mode: .readWrite)
        try connection.script("CREATE TABLE t (x); PRAGMA max_page_count = 3")
        let full = LedgerError.full(path: file)
        #expect(throws: full) { try connection.run("INSERT INTO t VALUES (zeroblob(100000))") }
        #expect(throws: full) {
            try connection.transaction { () throws(LedgerError) in
                try connection.run("INSERT INTO t VALUES (zeroblob(100000))")
            }
        }
        #expect(try connection.number("SELECT count(*) FROM t") == 0)
    }

    @Test func saysWhyADirectoryCannotBeUsed() async throws {
        for path in ["/dev/null/state", "/proc/self/state"] {
            let error = await #expect(throws: LedgerError.self) {
                try await SQLiteLedger.open(path, owner: owner)
            }
            #expect(error?.description.hasPrefix(path) == true)
            #expect(error?.description.contains("cannot be used: N") == true, "Not a directory, No such file")
        }
        let error = await #expect(throws: LedgerError.self) {
            try await SQLiteLedger.openForReading(scratch.path, owner: owner)
        }
        #expect(error?.description.hasPrefix("\(file) cannot be used: ") == true)
        #expect(error?.description.contains("No such file") == true)
    }

    @Test func failsAfterClosing() async throws {
        let ledger = try await SQLiteLedger.open(scratch.path, owner: owner)
        await ledger.close()
        await #expect(throws: LedgerError.unusable(path: file, detail: "it was closed")) {
            try await ledger.cursor()
        }
    }
}
