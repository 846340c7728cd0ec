internal import Glibc

/// What is left of a file system: statvfs(3).
package struct FileSystemRoom: Sendable, Equatable {
    /// What this user may still write, in bytes.
    package let bytes: Int
    /// Files that can still be made; nil where the file system has no such limit, or does not tell.
    package let files: Int?
    /// False where it is mounted read-only.
    package let isWritable: Bool

    /// Looks at the file system that holds `path`, which must be there.
    ///
    /// - Throws: ``FileError``.
    package init(at path: String) throws(FileError) {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else {
            throw FileError(action: "examine", path: path, code: .last)
        }
        let (free, overflows) = Int(clamping: facts.f_bavail).multipliedReportingOverflow(
            by: Int(clamping: facts.f_frsize))
        bytes = overflows ? .max : free
        files = facts.f_files == 0 ? nil : Int(clamping: UInt64(facts.f_favail))
        isWritable = facts.f_flag & UInt(ST_RDONLY) == 0
    }
}
