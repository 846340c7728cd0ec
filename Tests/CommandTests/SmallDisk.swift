import FoundationEssentials
import Testing

/// A file system in memory.
struct SmallDisk {
    let path: String

    /// Gives `body` one of `size` at `path`, where mounting is permitted; else says so and leaves `body` out.
    static func mounted(
        at path: String, size: String, _ body: (SmallDisk) async throws -> Void
    ) async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mount = try await ProgramRun(
            program: "/bin/mount", ["-t", "tmpfs", "-o", "size=\(size),mode=700", "mailscope-test", path])
        guard mount.exitCode == 0 else {
            print("skipped: mounting a small file system is not permitted here")
            return
        }
        var failure: (any Error)?
        do { try await body(SmallDisk(path: path)) } catch { failure = error }
        _ = try await ProgramRun(program: "/bin/umount", ["-l", path])
        if let failure { throw failure }
    }

    /// Mounts it anew with other options.
    func remount(_ options: String) async throws {
        let run = try await ProgramRun(program: "/bin/mount", ["-o", "remount," + options, path])
        try #require(run.exitCode == 0, "\(run.errors)")
    }
}
