import FoundationEssentials
import LinuxHost
import MailscopeKit
import TestSupport
import Testing

@testable import MailSinks

@Suite struct MaildirSinkTests {
    private let disk = DiskThread()

    private func names(_ folder: String) throws -> [String] { try FileSystem.names(in: folder).sorted() }

    @Test func deliversByteForByte() async throws {
        try await withTemporaryPath { folder in
            let bodies: [[UInt8]] = [
                [], [0], Array("a\r\nb\nc\rd".utf8), (0...255).map { $0 }, [0xff, 0xfe, 0, 10, 13],
            ]
            let sink = MaildirSink(path: folder + "/Mail/", disk: disk)
            let batch = bodies.enumerated().map { message("id\($0.offset)", .bytes($0.element[...])) }
            let outcomes = try await sink.deliver(batch)
            #expect(outcomes == batch.map { _ in .delivered })
            for (index, body) in bodies.enumerated() {
                let path = folder + "/Mail/new/1795339800.Mid\(index).mailscope,S=\(body.count)"
                #expect(try contents(path) == body)
                #expect(try FileSystem.facts(of: path)?.mode == 0o600)
            }
            #expect(try names(folder + "/Mail") == ["cur", "new", "tmp"])
            for part in ["", "/cur", "/new", "/tmp"] {
                #expect(try FileSystem.facts(of: folder + "/Mail" + part)?.mode == 0o700)
            }
            #expect(try names(folder + "/Mail/tmp").isEmpty)
        }
    }

    @Test func linksASpooledFileAndLeavesIt() async throws {
        try await withTemporaryPath { folder in
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
            try File.create(folder + "/spooled").write(bytes[...])
            let sink = MaildirSink(path: folder + "/Mail", disk: disk)
            let batch = [message("a", .file(path: folder + "/spooled", size: bytes.count))]
            let outcomes = try await sink.deliver(batch)
            #expect(outcomes == [.delivered])
            let delivered = folder + "/Mail/new/" + (try names(folder + "/Mail/new")[0])
            let facts = try #require(try FileSystem.facts(of: delivered))
            let spooled = try #require(try FileSystem.facts(of: folder + "/spooled"))
            #expect(facts.links == 2 && facts.isSameFile(as: spooled))
            #expect(try contents(delivered) == bytes)
        }
    }

    @Test func copiesASpooledFileFromAnotherFileSystem() async throws {
        let other = "/dev/shm/mailscope-" + UUID().uuidString
        guard let file = try? File.create(other) else {
            print("skipped: no /dev/shm to copy from")
            return
        }
        defer { _ = try? FileSystem.remove(other) }
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try file.write(bytes[...])
        try await withTemporaryPath { folder in
            let sink = MaildirSink(path: folder + "/Mail", disk: disk)
            let batch = [message("a", .file(path: other, size: bytes.count))]
            let outcomes = try await sink.deliver(batch)
            #expect(outcomes == [.delivered])
            #expect(try contents(folder + "/Mail/new/" + (try names(folder + "/Mail/new")[0])) == bytes)
        }
    }

    @Test func aSpooledFileThatIsGoneOrShortIsThatMessagesTrouble() async throws {
        try await withTemporaryPath { folder in
            try File.create(folder + "/short").write([1, 2][...])
            let sink = MaildirSink(path: folder + "/Mail", disk: disk)
            let outcomes = try await sink.deliver([
                message("a", .file(path: folder + "/none", size: 2)), message("b"),
                message("c", .file(path: folder + "/short", size: 3)),
            ])
            #expect(outcomes[0] == .deferred(reason: "cannot open \(folder)/none: No such file or directory"))
            #expect(outcomes[1] == .delivered)
            #expect(outcomes[2] == .deferred(reason: "the spooled file has 2 bytes instead of 3"))
            #expect(try names(folder + "/Mail/new").count == 1)
            #expect(try names(folder + "/Mail/tmp").isEmpty)
        }
    }

    @Test func whatIsRepeatedIsDeliveredOnceWhereverAReaderMovedIt() async throws {
        try await withTemporaryPath { folder in
            let mail = folder + "/Mail"
            let ids = (0..<10).map { "id/\($0)" }
            #expect(
                try await MaildirSink(path: mail, disk: disk).deliver(ids.map { message($0) }).count == 10)
            for name in try names(mail + "/new").prefix(4) {
                try FileSystem.rename(mail + "/new/" + name, to: mail + "/cur/" + name + ":2,FRS")
            }
            // Another size and time: the service may tell them differently the next time.
            let again = ids.map { message($0, "other", received: nil, mayBeRepeated: true) }
            let more = [message("id/10", mayBeRepeated: true), message("id/10", mayBeRepeated: true)]
            let outcomes = try await MaildirSink(path: mail, disk: disk).deliver(again + more)
            #expect(outcomes == (0..<12).map { _ in .delivered })
            let count = try names(mail + "/new").count + names(mail + "/cur").count
            #expect(count == 11)
        }
    }

    /// What a kill leaves after each step, made by leaving the steps after it out.
    @Test(arguments: ["staged in part", "staged", "renamed in part", "renamed"])
    func afterAKillNothingIsLostOrTwice(step: String) async throws {
        try await withTemporaryPath { folder in
            let mail = folder + "/Mail"
            let batch = (0..<6).map { message("id\($0)", "message \($0)") }
            let killed = Maildir(path: mail, syncsFileSystem: false, clock: SystemClock())
            try killed.prepare()
            let staged = try batch.enumerated().map { index, message in
                try killed.stage(
                    message, at: index, MaildirName(message.id, receivedDateTime: message.receivedDateTime))
            }
            switch step {
            case "staged in part": try staged[5].file.write(Array("torn".utf8)[...])
            case "renamed in part": try killed.finish(Array(staged[..<3]))
            case "renamed": try killed.finish(staged)
            default: break
            }
            let again = (0..<6).map { message("id\($0)", "message \($0)", mayBeRepeated: true) }
            let outcomes = try await MaildirSink(path: mail, disk: disk).deliver(again)
            #expect(outcomes == again.map { _ in .delivered })
            let texts = try names(mail + "/new").map {
                String(decoding: try contents(mail + "/new/" + $0), as: UTF8.self)
            }
            #expect(texts == (0..<6).map { "message \($0)" })
            #expect(try names(mail + "/tmp").isEmpty)
        }
    }

    @Test func removesOldLeftoversOfOursOnly() async throws {
        try await withTemporaryPath { folder in
            let mail = folder + "/Mail"
            try await MaildirSink(path: mail, disk: disk).prepare()
            for name in ["1.Ma.mailscope,S=1", "1.M2P3.host"] { _ = try File.create(mail + "/tmp/" + name) }
            try await MaildirSink(path: mail, disk: disk).prepare()
            #expect(try names(mail + "/tmp").count == 2)
            let late = FixedClock(now: Date(timeIntervalSinceNow: 37 * 3600))
            try await MaildirSink(path: mail, disk: disk, clock: late).prepare()
            #expect(try names(mail + "/tmp") == ["1.M2P3.host"])
        }
    }

    @Test func manyMessagesAreDeliveredInOneBatch() async throws {
        try await withTemporaryPath { folder in
            let batch = (0..<300).map { message("id\($0)") }
            for isWhole in [false, true] {
                let sink = MaildirSink(path: folder + "/\(isWhole)", syncsFileSystem: isWhole, disk: disk)
                let outcomes = try await sink.deliver(batch)
                #expect(outcomes == batch.map { _ in .delivered })
                #expect(try names(folder + "/\(isWhole)/new").count == 300)
            }
        }
    }

    @Test func refusesWhatIsNoMIME() async throws {
        try await withTemporaryPath { folder in
            let sink = MaildirSink(path: folder + "/Mail", disk: disk)
            let outcomes = try await sink.deliver([message("a", "{}", content: .json), message("b")])
            #expect(outcomes == [.refused(reason: "a Maildir takes MIME, not json"), .delivered])
        }
    }

    @Test func saysWhatIsWrongWithTheDirectory() async throws {
        try await withTemporaryPath { folder in
            _ = try File.create(folder + "/file")
            let cases: [(String, String)] = [
                ("/none/Mail", "cannot create \(folder)/none/Mail: No such file or directory"),
                ("/file", "cannot use \(folder)/file: Not a directory"),
                ("/file/Mail", "cannot create \(folder)/file/Mail: Not a directory"),
            ]
            for (path, reason) in cases {
                let sink = MaildirSink(name: "archive", path: folder + path, disk: disk)
                let error = await #expect(throws: SinkError.self) { try await sink.deliver([message("a")]) }
                #expect(error?.sink == "archive" && error?.reason == reason)
                #expect(error?.hint != nil)
            }
        }
    }

    @Test func aDirectoryThatWentAwayIsMadeAgain() async throws {
        try await withTemporaryPath { folder in
            let sink = MaildirSink(path: folder + "/Mail", disk: disk)
            #expect(try await sink.deliver([message("a")]) == [.delivered])
            try FileManager.default.removeItem(atPath: folder + "/Mail")
            await #expect(throws: SinkError.self) { try await sink.deliver([message("b")]) }
            #expect(try await sink.deliver([message("b")]) == [.delivered])
        }
    }

    @Test func aFullDiskLeavesNothingHalfDone() async throws {
        try await withSmallDisk(on: disk) { mail in
            let sink = MaildirSink(path: mail + "/Mail", disk: disk)
            let large = String(repeating: "x", count: 300_000)
            let batch = (0..<6).map { message("id\($0)", large) }
            let error = await #expect(throws: SinkError.self) { try await sink.deliver(batch) }
            #expect(error?.reason.hasSuffix("No space left on device") == true)
            #expect(error?.reason.contains(mail + "/Mail/tmp/") == true)
            #expect(error?.hint?.contains("free space") == true)
            let left = try names(mail + "/Mail/tmp") + names(mail + "/Mail/new")
            #expect(left.isEmpty)
            // With room again the same batch goes through, in two halves.
            for half in [batch[..<2], batch[2..<3]] {
                #expect(try await sink.deliver(Array(half)) == half.map { _ in .delivered })
            }
        }
    }

    @Test func aReadOnlyFileSystemIsNamed() async throws {
        try await withSmallDisk(on: disk) { mail in
            let sink = MaildirSink(path: mail + "/Mail", disk: disk)
            #expect(try await sink.deliver([message("a")]) == [.delivered])
            try await runCommand(["mount", "-o", "remount,ro", mail], on: disk)
            let error = await #expect(throws: SinkError.self) { try await sink.deliver([message("b")]) }
            #expect(error?.reason.hasSuffix("Read-only file system") == true)
            #expect(error?.hint?.contains("ReadWritePaths=") == true)
        }
    }
}

private struct FixedClock: HostClock {
    let now: Date
    var uptime: Duration { .zero }
    func sleep(for duration: Duration) async throws(CancellationError) {}
}
