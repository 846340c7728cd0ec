import LinuxHost
import Verification

/// A file of closed mailboxes, read on a thread of its own.
struct MailboxListFile: ByteSource {
    let name: String
    private let file: File
    private let disk: DiskThread

    init(_ path: String, disk: DiskThread) throws(FileError) {
        name = path
        file = try File.open(path, for: .reading)
        self.disk = disk
    }

    func read(at offset: Int, limit: Int) async throws(ClosedListError) -> [UInt8] {
        do throws(FileError) {
            return try await disk.attempt { [file] () throws(FileError) in
                try file.read(at: offset, limit: limit)
            }
        } catch {
            throw ClosedListError(
                source: name, reason: "\(error)", hint: error.hint ?? "let this user read it: ls -l \(name)")
        }
    }
}
