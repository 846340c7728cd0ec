import LinuxHost
import Verification

/// The journal of `--resume`.
struct FileJournal: ProbeJournal {
    let name: String
    private let file: File
    private let disk: DiskThread

    /// - Throws: ``Failure`` where another run has it, ``FileError`` else.
    init(_ path: String, disk: DiskThread) throws {
        name = path
        file = try File.open(path, for: .appending)
        self.disk = disk
        guard try file.lock() else {
            throw Failure(
                .failed, "\(path) is in use by another run",
                hints: ["wait for it, or give --resume another file"])
        }
    }

    func read(at offset: Int, limit: Int) async throws(ProbeJournalError) -> [UInt8] {
        try await perform { file throws(FileError) in try file.read(at: offset, limit: limit) }
    }

    func truncate(to size: Int) async throws(ProbeJournalError) {
        try await perform { file throws(FileError) in try file.truncate(to: size) }
    }

    func append(_ bytes: [UInt8]) async throws(ProbeJournalError) {
        try await perform { file throws(FileError) in try file.write(bytes[...]) }
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (File) throws(FileError) -> Value
    ) async throws(ProbeJournalError) -> Value {
        do throws(FileError) {
            return try await disk.attempt { [file] () throws(FileError) in try body(file) }
        } catch {
            throw ProbeJournalError("\(error)")
        }
    }
}
