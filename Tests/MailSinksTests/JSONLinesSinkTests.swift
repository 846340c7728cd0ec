import FoundationEssentials
import Glibc
import LinuxHost
import MailscopeKit
import TestSupport
import Testing

@testable import MailSinks

@Suite struct JSONLinesSinkTests {
    private let disk = DiskThread()

    private func element(_ id: String, padding: Int = 0) -> String {
        #"{"@odata.etag":"W/\"1\"","id":"\#(id)","subject":"\#(String(repeating: "x", count: padding))"}"#
    }

    private func line(_ id: String, padding: Int = 0, mayBeRepeated: Bool = false) -> DeliverableMessage {
        message(id, element(id, padding: padding), content: .json, mayBeRepeated: mayBeRepeated)
    }

    private func ids(_ path: String) throws -> [String] {
        try contents(path).split(separator: 0x0a).compactMap { JSONLine.id(in: $0) }
    }

    @Test func writesEachElementAsItCame() async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/m.jsonl"
            let sink = JSONLinesSink(path: path, disk: disk)
            var all: [UInt8] = []
            for batch in [["a", "b"], [], ["c"]] {
                let outcomes = try await sink.deliver(batch.map { line($0) })
                #expect(outcomes == batch.map { _ in .delivered })
                for id in batch { all += Array(element(id).utf8) + [0x0a] }
            }
            #expect(try contents(path) == all)
            #expect(try FileSystem.facts(of: path)?.mode == 0o600)
        }
    }

    @Test func refusesMIMEAndSpooledFiles() async throws {
        try await withTemporaryPath { folder in
            let outcomes = try await JSONLinesSink(path: folder + "/m", disk: disk).deliver([
                message("a"), message("b", .file(path: "/x", size: 1), content: .json), line("c"),
            ])
            #expect(outcomes[0] == .refused(reason: "JSON lines take no MIME"))
            #expect(outcomes[1] == .refused(reason: "JSON lines take no spooled file"))
            #expect(outcomes[2] == .delivered)
            #expect(try ids(folder + "/m") == ["c"])
        }
    }

    @Test func putsFilesAsideBySize() async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/m.jsonl"
            let sink = JSONLinesSink(path: path, rotation: .init(limit: 500, keep: 2), disk: disk)
            for number in 0..<8 {
                // Two lines go into a file.
                let outcomes = try await sink.deliver([line("id\(number)", padding: 180)])
                #expect(outcomes == [.delivered])
            }
            #expect(try ids(path) == ["id6", "id7"])
            #expect(try ids(path + ".1") == ["id4", "id5"])
            #expect(try ids(path + ".2") == ["id2", "id3"])
            #expect(try FileSystem.names(in: folder).count == 3)
            // One batch over several files, with a line that is longer than any.
            _ = try await sink.deliver([line("a", padding: 180), line("b", padding: 900), line("c")])
            #expect(try ids(path) == ["c"] && ids(path + ".1") == ["b"] && ids(path + ".2") == ["a"])
        }
    }

    @Test func aGapInTheNumbersIsFilledAndNothingLost() async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/m"
            for name in [path + ".1", path + ".3"] { try File.create(name).write(Array(name.utf8)[...]) }
            let sink = JSONLinesSink(path: path, rotation: .init(limit: 10, keep: 3), disk: disk)
            _ = try await sink.deliver([line("a"), line("b")])
            #expect(try ids(path) == ["b"] && ids(path + ".1") == ["a"])
            #expect(String(decoding: try contents(path + ".2"), as: UTF8.self) == path + ".1")
            #expect(String(decoding: try contents(path + ".3"), as: UTF8.self) == path + ".3")
        }
    }

    @Test func whatIsRepeatedIsWrittenOnce() async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/m"
            let rotation = JSONLinesSink.Rotation(limit: 700, keep: nil)
            _ = try await JSONLinesSink(path: path, rotation: rotation, disk: disk).deliver(
                (0..<5).map { line("id\($0)", padding: 180) })
            let again = (0..<7).map { line("id\($0)", padding: 180, mayBeRepeated: true) }
            let outcomes = try await JSONLinesSink(path: path, rotation: rotation, disk: disk).deliver(again)
            #expect(outcomes == again.map { _ in .delivered })
            var all: [String] = []
            for name in try FileSystem.names(in: folder) { all += try ids(folder + "/" + name) }
            #expect(all.sorted() == (0..<7).map { "id\($0)" })
        }
    }

    @Test func repeatsAreFoundInAllFilesThatABatchLiesIn() async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/m"
            let rotation = JSONLinesSink.Rotation(limit: 300, keep: nil)
            _ = try await JSONLinesSink(path: path, rotation: rotation, disk: disk).deliver(
                (0..<6).map { line("id\($0)", padding: 180) })
            // As a crash between two renames leaves it.
            for number in [5, 4, 3] {
                try FileSystem.rename("\(path).\(number)", to: "\(path).\(number + 1)")
            }
            _ = try await JSONLinesSink(path: path, rotation: rotation, disk: disk).deliver(
                (0..<7).map { line("id\($0)", padding: 180, mayBeRepeated: true) })
            var all: [String] = []
            for name in try FileSystem.names(in: folder) { all += try ids(folder + "/" + name) }
            #expect(all.sorted() == (0..<7).map { "id\($0)" })
        }
    }

    @Test func repeatsAreFoundAcrossPiecesAndLongLines() async throws {
        try await withTemporaryPath { folder in
            let sink = JSONLinesSink(path: folder + "/m", disk: disk)
            // Each of a length of its own, so that lines lie across the borders of what is read at once.
            let sizes = [1_500_000, 3, 700_001, 1_048_000, 900]
            _ = try await sink.deliver(sizes.enumerated().map { line("id\($0.offset)", padding: $0.element) })
            let before = try contents(folder + "/m")
            _ = try await sink.deliver((0..<5).map { line("id\($0)", mayBeRepeated: true) })
            #expect(try contents(folder + "/m") == before)
        }
    }

    @Test(arguments: [
        (#"{"id":"b","subject":"torn"#, "a"), (#"{"id":"b"}"#, "ab"), ("{", "a"), ("\0\0\0", "a"), ("", "a"),
    ])
    func aTornEndIsMended(tail: String, expected: String) async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/m"
            try File.create(path).write(Array((element("a") + "\n" + tail).utf8)[...])
            let batch = ["a", "b", "c"].map { line($0, mayBeRepeated: true) }
            let outcomes = try await JSONLinesSink(path: path, disk: disk).deliver(batch)
            #expect(outcomes.count == 3)
            #expect(try ids(path) == ["a", "b", "c"])
            let text = String(decoding: try contents(path), as: UTF8.self)
            #expect(text.split(separator: "\n").count == 3 && text.hasSuffix("\n"))
            #expect(text.contains("torn") == false)
        }
    }

    @Test(arguments: [
        ("dear diary", "the last line of FILE is not JSON"),
        ("-----BEGIN KEY-----\n", "FILE does not begin with JSON"),
    ])
    func aFileThatIsNotOursIsLeftAlone(text: String, reason: String) async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/notes"
            try File.create(path).write(Array(text.utf8)[...])
            let sink = JSONLinesSink(name: "out", path: path, disk: disk)
            let error = await #expect(throws: SinkError.self) { try await sink.deliver([line("a")]) }
            #expect(error?.reason == reason.replacing("FILE", with: path) && error?.hint != nil)
            #expect(String(decoding: try contents(path), as: UTF8.self) == text)
        }
    }

    @Test func saysWhichFileAndWhy() async throws {
        try await withTemporaryPath { folder in
            try #require(mkfifo(folder + "/pipe", 0o600) == 0)
            try #require(symlink(folder + "/x", folder + "/link") == 0)
            let cases: [(String, String)] = [
                (folder + "/pipe", "\(folder)/pipe is not a regular file"),
                (folder + "/link", "cannot open \(folder)/link: Too many levels of symbolic links"),
                (folder, "cannot open \(folder): Is a directory"),
                (folder + "/none/m", "cannot open \(folder)/none/m: No such file or directory"),
                ("/dev/full", "/dev/full is not a regular file"),
            ]
            for (path, reason) in cases {
                let error = await #expect(throws: SinkError.self) {
                    try await JSONLinesSink(path: path, disk: disk).prepare()
                }
                #expect(error?.reason == reason)
            }
        }
    }

    @Test func aSecondWriterIsRefused() async throws {
        try await withTemporaryPath { folder in
            let one = JSONLinesSink(path: folder + "/m", disk: disk)
            try await one.prepare()
            let two = JSONLinesSink(path: folder + "/m", disk: disk)
            let error = await #expect(throws: SinkError.self) { try await two.deliver([line("a")]) }
            #expect(error?.reason == "\(folder)/m is in use by another process")
            let outcomes = try await one.deliver([line("a")])
            #expect(outcomes == [.delivered])
        }
    }

    @Test func aFileThatAnotherProgramPutAsideIsMadeAnew() async throws {
        try await withTemporaryPath { folder in
            let sink = JSONLinesSink(path: folder + "/m", disk: disk)
            _ = try await sink.deliver([line("a")])
            try FileSystem.rename(folder + "/m", to: folder + "/old")
            _ = try await sink.deliver([line("b")])
            #expect(try ids(folder + "/old") == ["a"] && ids(folder + "/m") == ["b"])
        }
    }

    @Test func aFullDiskLeavesTheFileAsItWas() async throws {
        try await withSmallDisk(on: disk) { folder in
            let sink = JSONLinesSink(path: folder + "/m", disk: disk)
            _ = try await sink.deliver([line("a")])
            let large = (0..<6).map { line("id\($0)", padding: 400_000) }
            let error = await #expect(throws: SinkError.self) { try await sink.deliver(large) }
            #expect(error?.reason == "cannot write \(folder)/m: No space left on device")
            #expect(try ids(folder + "/m") == ["a"])
            let outcomes = try await sink.deliver([line("b", mayBeRepeated: true)])
            #expect(outcomes == [.delivered])
            #expect(try ids(folder + "/m") == ["a", "b"])
        }
    }

    @Test func writesToStandardOutput() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let sink = JSONLinesSink(standardOutputAs: "stdout")
            let batch = [
                message("a", "{\"id\":\n\"a\"}", content: .json), message("b", "{}", content: .headers),
            ]
            let outcomes = try await sink.deliver(batch)
            exit(outcomes == [.delivered, .delivered] ? 0 : 1)
        }
        let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(text.contains("{\"id\": \"a\"}\n{}\n"))
    }

    @Test func aReaderThatWentAwayIsToldOnce() async {
        await #expect(processExitsWith: .exitCode(7)) {
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            dup2(ends[1], STDOUT_FILENO)
            close(ends[0])
            do {
                _ = try await JSONLinesSink(standardOutputAs: "stdout").deliver([
                    message("a", "{}", content: .json)
                ])
            } catch let error as SinkError
                where error.reason == "cannot write standard output: Broken pipe" && error.hint != nil
            { exit(7) }
            exit(1)
        }
    }
}
