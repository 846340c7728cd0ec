import FoundationEssentials
import TestSupport

/// A folder of key files, as their owner would keep them.
final class KeyFolder: Sendable {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.path }

    /// Writes a file of a mode, 0600 where nothing else is said.
    func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws -> String {
        let path = folder(name)
        try Data(bytes).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }
}
