package import MailscopeKit
internal import Synchronization

/// The spool as a directory of ours, a file of mode 0600 for each message.
///
/// On the file system of the Maildir it costs no copy: the sink links to the file.
package final class FileSpool: Spool {
    private let path: String
    private let disk: DiskThread
    private let count = Atomic(0)

    /// Names of ours end so.
    private static let suffix = ".spool"

    /// Takes the directory `path`, made where it is missing, and removes what a killed run left in it. Only one
    /// process may have it: the ledger sees to that.
    ///
    /// - Throws: ``SpoolError`` where it cannot be made or listed.
    package static func open(_ path: String, disk: DiskThread) async throws(SpoolError) -> FileSpool {
        do {
            try await disk.attempt { () throws(FileError) in
                try FileSystem.makeDirectories(path)
                for name in try FileSystem.names(in: path) where name.hasSuffix(suffix) {
                    try FileSystem.remove(path + "/" + name)
                }
            }
        } catch { throw SpoolError(error) }
        return FileSpool(path: path, disk: disk)
    }

    private init(path: String, disk: DiskThread) {
        self.path = path
        self.disk = disk
    }

    package func makeFile() async throws(SpoolError) -> any SpoolFile {
        let number = count.add(1, ordering: .relaxed).newValue
        let name = path + "/" + String(number) + Self.suffix
        do {
            let file = try await disk.attempt { () throws(FileError) in try File.create(name) }
            return SpooledMessage(file: file, disk: disk)
        } catch { throw SpoolError(error) }
    }
}

private final class SpooledMessage: SpoolFile {
    private let file: File
    private let disk: DiskThread
    private let isRemoved = Atomic(false)

    var path: String { file.path }

    init(file: File, disk: DiskThread) {
        self.file = file
        self.disk = disk
    }

    deinit {
        // Off the disk's thread, but rare: whoever is done calls remove().
        if !isRemoved.load(ordering: .relaxed) { _ = try? FileSystem.remove(file.path) }
    }

    func append(_ bytes: [UInt8]) async throws(SpoolError) {
        do {
            try await disk.attempt { [file] () throws(FileError) in try file.write(bytes[...]) }
        } catch { throw SpoolError(error) }
    }

    func remove() async {
        guard !isRemoved.exchange(true, ordering: .relaxed) else { return }
        // A file that cannot be removed goes at the next start.
        await disk.run { [file] in _ = try? FileSystem.remove(file.path) }
    }
}

extension SpoolError {
    init(_ error: FileError) { self.init(reason: error.description, hint: error.hint) }
}
