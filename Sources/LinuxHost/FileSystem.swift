internal import Glibc

/// Names of files: making, moving, removing and listing them. Calls block: use it on a ``DiskThread``.
package enum FileSystem {
    /// What stands at `path`, without following a symbolic link in its last part; nil where nothing does.
    package static func facts(of path: String) throws(FileError) -> FileFacts? {
        var status = stat()
        if lstat(path, &status) == 0 { return FileFacts(status) }
        if errno == ENOENT { return nil }
        throw FileError(action: "examine", path: path, code: .last)
    }

    /// Puts a file of these bytes in the place of what had the name, in one step. Not durable: for what is written again
    /// soon.
    package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws(FileError) {
        let new = path + ".new"
        try remove(new)
        do throws(FileError) {
            let file = try File.create(new)
            try file.write(bytes[...])
            try file.setMode(mode)
            try rename(new, to: path)
        } catch {
            _ = try? remove(new)
            throw error
        }
    }

    /// Moves `old` to `new` in one step; what had that name is replaced. Durable after ``syncDirectory(_:)``.
    package static func rename(_ old: String, to new: String) throws(FileError) {
        try check(Glibc.rename(old, new), "move \(old) to", new)
    }

    /// Gives the file at `old` a second name, which must be free.
    package static func link(_ old: String, as new: String) throws(FileError) {
        try check(Glibc.link(old, new), "link \(old) as", new)
    }

    /// Removes a file's name.
    ///
    /// - Returns: false where there was none.
    @discardableResult
    package static func remove(_ path: String) throws(FileError) -> Bool {
        if unlink(path) == 0 { return true }
        if errno == ENOENT { return false }
        throw FileError(action: "remove", path: path, code: .last)
    }

    /// Makes the names in a directory durable.
    package static func syncDirectory(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(action: "open", path: path, code: .last) }
        defer { close(descriptor) }
        try check(fsync(descriptor), "sync", path)
    }

    /// Makes a directory, of mode 0700 unless another is given, in a parent that must be there, and its name durable.
    /// What already is a directory, or a symbolic link to one, is left as it is.
    ///
    /// - Returns: whether it was made.
    /// - Throws: ``FileError``; its code is `notADirectory` where something else has the name.
    @discardableResult
    package static func makeDirectory(_ path: String, mode: UInt32 = 0o700) throws(FileError) -> Bool {
        if mkdir(path, mode) == 0 {
            try syncDirectory(parent(of: path))
            return true
        }
        let code = SystemErrorCode.last
        var status = stat()
        // A read-only file system may say so before it says that the name is taken.
        guard stat(path, &status) == 0 else { throw FileError(action: "create", path: path, code: code) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(action: "use", path: path, code: .notADirectory)
        }
        return false
    }

    /// Makes a directory and those above it that are missing, each of mode 0700 unless another is given.
    package static func makeDirectories(_ path: String, mode: UInt32 = 0o700) throws(FileError) {
        var status = stat()
        if stat(path, &status) != 0, errno == ENOENT, parent(of: path) != path {
            try makeDirectories(parent(of: path), mode: mode)
        }
        try makeDirectory(path, mode: mode)
    }

    /// The names in a directory that are wanted, without `.` and `..`, in no order. Names that are no UTF-8 are left
    /// out: none is ours.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - isWanted: asked once a name, so that a directory of a million files need not stand in memory.
    /// - Returns: the names.
    /// - Throws: ``FileError`` where it cannot be read to its end.
    package static func names(
        in path: String, where isWanted: (String) -> Bool = { _ in true }
    ) throws(FileError) -> [String] {
        guard let directory = opendir(path) else { throw FileError(action: "read", path: path, code: .last) }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            let name: String? = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            if let name, name != ".", name != "..", isWanted(name) { names.append(name) }
        }
        if errno != 0 { throw FileError(action: "read", path: path, code: .last) }
        return names
    }

    /// Whether this process may write, and enter, the directory: access(2) with W_OK and X_OK.
    package static func isWritable(_ path: String) -> Bool { access(path, W_OK | X_OK) == 0 }

    /// `c` of `/a/b/c`.
    package static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }

    /// `/a/b` of `/a/b/c`; `.` of a bare name.
    package static func parent(of path: String) -> String {
        let trimmed = path.utf8.reversed().drop { $0 == UInt8(ascii: "/") }
        let rest = trimmed.drop { $0 != UInt8(ascii: "/") }
        if rest.isEmpty { return path.hasPrefix("/") ? "/" : "." }
        let parent = rest.drop { $0 == UInt8(ascii: "/") }
        return parent.isEmpty ? "/" : String(decoding: Array(parent.reversed()), as: UTF8.self)
    }

    private static func check(_ result: Int32, _ action: String, _ path: String) throws(FileError) {
        if result != 0 { throw FileError(action: action, path: path, code: .last) }
    }
}
