/// A file could not be used: what was being done, to which path, and the system's reason.
package struct FileError: Error, Equatable, CustomStringConvertible {
    /// A verb that goes after "cannot": `create`, `write`, `sync`, …
    package let action: String
    package let path: String
    package let code: SystemErrorCode

    package init(action: String, path: String, code: SystemErrorCode) {
        self.action = action
        self.path = path
        self.code = code
    }

    /// `cannot write /var/mail/tmp/1: No space left on device`
    package var description: String { "cannot \(action) \(path): \(code)" }

    /// What a person can do about it, where that is known.
    package var hint: String? {
        switch code {
        case .noSpace: "free space (or inodes: df -i) on the file system of \(folder)"
        case .quotaExceeded: "the user's disk quota is used up"
        case .readOnly:
            "the file system is mounted read-only; under systemd, name the directory in ReadWritePaths="
        case .notPermitted, .operationNotPermitted:
            "let the daemon's user read, write and enter the directory (ls -ld shows its owner and mode)"
        case .missing: "create the directory, or mount what should be there"
        case .notADirectory: "a part of the path is a file"
        case .symbolicLink: "a symbolic link is not followed here; name the file itself"
        case .addressInUse: "another program listens there: ss -lptnx shows which"
        case .inputOutput: "the disk reports errors; look at the kernel's log"
        default: nil
        }
    }

    /// What `df` should be asked about; the file itself may be gone.
    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return path }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
