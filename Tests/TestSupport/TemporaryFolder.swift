internal import FoundationEssentials

/// A new folder that is removed with everything in it when the last reference goes.
///
/// A local variable may go right after its last use: prefer ``withTemporaryFolder(_:)``, or a suite's property.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.path + "/mailscope-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of an entry, which need not exist.
    package func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file.
    ///
    /// - Returns: its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: self(name)))
        return self(name)
    }
}

/// Runs `body` with a new folder, which is removed afterwards.
package func withTemporaryFolder<Value>(
    _ body: (TemporaryFolder) async throws -> Value
) async throws -> Value {
    let folder = try TemporaryFolder()
    let value = try await body(folder)
    withExtendedLifetime(folder) {}
    return value
}

/// Runs `body` with the path of a new folder, which is removed afterwards.
package func withTemporaryPath<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    try await withTemporaryFolder { try await body($0.path) }
}

/// The bytes of a file.
package func contents(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
}
