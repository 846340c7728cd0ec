import LinuxHost
import TestSupport

func runCommand(_ arguments: [String], on threads: DiskThread) async throws {
    let child = ChildProcess(
        arguments: arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], timeout: .seconds(30))
    let result = try await child.run(on: threads)
    guard result.ending == .exited(status: 0) else { throw CommandFailed() }
}

private struct CommandFailed: Error {}

/// A file system of 1 MB, where the test may mount one.
func withSmallDisk(on threads: DiskThread, _ body: (String) async throws -> Void) async throws {
    try await withTemporaryPath { folder in
        do {
            try await runCommand(
                ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "mailscope-test", folder], on: threads)
        } catch {
            print("skipped: mounting a small file system is not permitted here")
            return
        }
        // Lazily, for a sink may still hold a file.
        do { try await body(folder) } catch {
            try await runCommand(["umount", "-l", folder], on: threads)
            throw error
        }
        try await runCommand(["umount", "-l", folder], on: threads)
    }
}
