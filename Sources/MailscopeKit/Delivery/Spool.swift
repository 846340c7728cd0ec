/// Where a message's MIME text stands on disk between the service and the sinks, so that it never stands in memory.
///
/// Nothing in it is durable: after a crash the message is fetched again. Implemented over files by `LinuxHost`.
package protocol Spool: Sendable {
    /// Makes a new, empty file.
    ///
    /// - Throws: ``SpoolError`` when there is no room or no access; no message is held against.
    func makeFile() async throws(SpoolError) -> any SpoolFile
}

/// One message in the ``Spool``. Dropping the last reference removes it from disk, as ``remove()`` does.
package protocol SpoolFile: Sendable {
    /// For ``DeliverableMessage/Body/file(path:size:)``.
    var path: String { get }
    /// Adds to its end. One caller at a time.
    ///
    /// - Throws: ``SpoolError`` when it was not written whole; remove the file then.
    func append(_ bytes: [UInt8]) async throws(SpoolError)
    /// Removes it from disk; what sinks linked or copied stays. Twice is once.
    func remove() async
}

/// The spool could not be used.
package struct SpoolError: Error, Equatable, CustomStringConvertible {
    /// What failed and on which path.
    package let reason: String
    /// What to do about it.
    package let hint: String?

    package init(reason: String, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }
    package var description: String { "spool: \(reason)" }
}
