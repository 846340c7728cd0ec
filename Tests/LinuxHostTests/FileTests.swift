import Glibc
import LinuxHost
import TestSupport
import Testing

@Suite struct FileTests {
    @Test func createsPrivateFilesOnceOnly() async throws {
        try await withTemporaryPath { folder in
            let path = folder + "/a"
            let file = try File.create(path)
            try file.write([0, 13, 10, 0xff][...])
            try file.sync()
            let facts = try file.facts()
            #expect(facts.mode == 0o600 && facts.kind == .regular && facts.size == 4)
            #expect(throws: FileError(action: "create", path: path, code: .exists)) { try File.create(path) }
            #expect(try contents(path) == [0, 13, 10, 0xff])
        }
    }

    @Test func followsNoSymbolicLink() async throws {
        try await withTemporaryPath { folder in
            _ = try File.create(folder + "/real")
            try #require(symlink(folder + "/real", folder + "/link") == 0)
            for access in [File.Access.reading, .appending] {
                #expect(throws: FileError(action: "open", path: folder + "/link", code: .symbolicLink)) {
                    try File.open(folder + "/link", for: access)
                }
            }
            #expect(throws: FileError.self) { try File.create(folder + "/link") }
            #expect(try FileSystem.facts(of: folder + "/link")?.kind == .symbolicLink)
        }
    }

    @Test func saysWhichPathAndWhy() throws {
        let full = try File.open("/dev/full", for: .appending)
        let error = #expect(throws: FileError.self) { try full.write([1][...]) }
        #expect(error?.description == "cannot write /dev/full: No space left on device")
        #expect(error?.hint?.contains("free space") == true)
        #expect(throws: FileError(action: "open", path: "/nowhere/x", code: .missing)) {
            try File.open("/nowhere/x", for: .reading)
        }
        #expect(throws: FileError(action: "create", path: "/tmp/a\0b", code: .invalid)) {
            try File.create("/tmp/a\0b")
        }
    }

    @Test func copiesInPiecesToTheLastByte() async throws {
        try await withTemporaryPath { folder in
            let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try File.create(folder + "/a").write(bytes[...])
            let count = try File.create(folder + "/b").append(
                contentsOf: File.open(folder + "/a", for: .reading))
            #expect(count == bytes.count)
            #expect(try contents(folder + "/b") == bytes)
            let file = try File.open(folder + "/b", for: .reading)
            #expect(try file.read(at: 700_000, limit: 10) == bytes[700_000...].map { $0 })
            #expect(try file.read(at: 700_001, limit: 10).isEmpty)
        }
    }

    @Test(arguments: [0, 1, 2, 40])
    func syncsManyFiles(count: Int) async throws {
        try await withTemporaryPath { folder in
            let files = try (0..<count).map { number in
                let file = try File.create(folder + "/\(number)")
                try file.write([UInt8(number)])
                return file
            }
            try File.sync(files)
        }
    }

    @Test func oneFileThatCannotBeSyncedFailsAll() async throws {
        try await withTemporaryPath { folder in
            let files = try (0..<20).map { try File.create(folder + "/\($0)") }
            let full = try File.open("/dev/full", for: .appending)
            #expect(throws: FileError(action: "sync", path: "/dev/full", code: .invalid)) {
                try File.sync(files[..<10] + [full] + files[10...])
            }
        }
    }

    @Test func locksAgainstOthers() async throws {
        try await withTemporaryPath { folder in
            let one = try File.open(folder + "/a", for: .appending)
            let two = try File.open(folder + "/a", for: .appending)
            #expect(try one.lock())
            #expect(try two.lock() == false)
        }
    }

    @Test func makesDirectoriesForTheirOwnerOnly() async throws {
        try await withTemporaryPath { folder in
            try FileSystem.makeDirectories(folder + "/a/b/c/")
            #expect(try FileSystem.facts(of: folder + "/a/b/c")?.mode == 0o700)
            #expect(try FileSystem.makeDirectory(folder + "/a") == false)
            _ = try File.create(folder + "/file")
            #expect(throws: FileError(action: "use", path: folder + "/file", code: .notADirectory)) {
                try FileSystem.makeDirectory(folder + "/file")
            }
            #expect(throws: FileError(action: "create", path: folder + "/x/y", code: .missing)) {
                try FileSystem.makeDirectory(folder + "/x/y")
            }
            #expect(try FileSystem.names(in: folder).sorted() == ["a", "file"])
        }
    }

    @Test(arguments: [
        ("/a/b/c", "/a/b"), ("/a/b/c/", "/a/b"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b", "a"),
        ("a//b//", "a"),
    ])
    func namesTheParent(path: String, parent: String) {
        #expect(FileSystem.parent(of: path) == parent)
    }
}
