import LinuxHost
import MailscopeKit
import OpenSSLIdentity
import Verification

/// The journal of `--resume`.
struct FileJournal: ProbeJournal {
    let name: String
    private let file: File
    private let disk: DiskThread
    private let hash: KeyedHash

    /// - Throws: ``Failure`` where another run has it or the app's key cannot seal it, ``FileError`` else.
    init(_ path: String, disk: DiskThread, signer: any AssertionSigner) throws {
        do { hash = try KeyedHash(derivedFrom: signer, for: "journal of verify-scope, version 2") } catch {
            throw Failure(
                .failed, "\(path) cannot be sealed: \(error)",
                hints: ["leave --resume out, or use a key that signs RS256"])
        }
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

    func seal(_ bytes: [UInt8]) -> String? { hash.hex(of: bytes) }

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
