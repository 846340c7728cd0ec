import LinuxHost
import MailscopeKit
import TestSupport
import Testing

@Suite struct FileSpoolTests {
    private let disk = DiskThread()

    @Test func keepsAMessageUntilItIsRemoved() async throws {
        try await withTemporaryPath { folder in
            let spool = try await FileSpool.open(folder + "/state/spool", disk: disk)
            let one = try await spool.makeFile()
            let two = try await spool.makeFile()
            try await one.append([0, 13])
            try await one.append([10, 255])
            #expect(try contents(one.path) == [0, 13, 10, 255])
            #expect(try FileSystem.facts(of: one.path)?.mode == 0o600)
            #expect(try FileSystem.facts(of: folder + "/state/spool")?.mode == 0o700)
            await one.remove()
            await one.remove()
            #expect(try FileSystem.names(in: folder + "/state/spool").count == 1)
            #expect(one.path != two.path)
        }
    }

    @Test func removesWhatIsDroppedAndWhatAKilledRunLeft() async throws {
        try await withTemporaryPath { folder in
            _ = try File.create(folder + "/1.spool")
            _ = try File.create(folder + "/notes.txt")
            let spool = try await FileSpool.open(folder, disk: disk)
            #expect(try FileSystem.names(in: folder) == ["notes.txt"])
            _ = try await spool.makeFile()
            #expect(try FileSystem.names(in: folder) == ["notes.txt"])
        }
    }

    @Test func saysWhyItCannot() async throws {
        await #expect(
            throws: SpoolError(
                reason: "cannot use /dev/null: Not a directory", hint: "a part of the path is a file")
        ) {
            try await FileSpool.open("/dev/null", disk: disk)
        }
    }
}
