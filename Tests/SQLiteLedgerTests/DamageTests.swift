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
        await #expect(throws: error) { try await SQLiteLedger.openForReading(scratch.path) }
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
            try await SQLiteLedger.openForReading(scratch.path)
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
