internal import Glibc
internal import MailscopeKit

/// A file of ours, read whole through one descriptor, with what the system says about that descriptor.
struct ProtectedFile {
    /// Larger files are no key.
    static let sizeLimit = 1 << 20

    let path: String
    let bytes: Secret<[UInt8]>
    private let status: stat

    /// - Throws: ``IdentityError/missing(path:)`` or ``IdentityError/unreadable(path:reason:)``.
    init(reading path: String) throws(IdentityError) {
        // Not blocking: a FIFO would wait for a writer for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT { throw .missing(path: path) }
            throw .unreadable(path: path, reason: String(cString: strerror(code)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .unreadable(path: path, reason: "it is a directory")
        default: throw .unreadable(path: path, reason: "it is no plain file")
        }
        guard status.st_size <= Self.sizeLimit else {
            throw .unreadable(path: path, reason: "it is larger than \(Self.sizeLimit) bytes")
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= Self.sizeLimit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: String(cString: strerror(errno)))
            }
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        self.path = path
        self.bytes = Secret(bytes)
        self.status = status
    }

    /// - Throws: ``IdentityError/exposed(path:mode:)`` or ``IdentityError/foreignOwner(path:owner:us:)`` where
    ///   somebody else can get at it.
    func requireSecrecy(credentialsDirectory: String?) throws(IdentityError) {
        try Self.requireSecrecy(
            path: path, mode: status.st_mode, owner: status.st_uid, group: status.st_gid, us: geteuid(),
            credentialsDirectory: credentialsDirectory)
    }

    /// The rule itself. Root may use anybody's file: it reads it anyway.
    static func requireSecrecy(
        path: String, mode: UInt32, owner: UInt32, group: UInt32, us: UInt32, credentialsDirectory: String?
    ) throws(IdentityError) {
        let open = mode & 0o077
        // systemd lets the service's user read a credential by an access control list on a file of root:root 0400;
        // the list's mask is then shown as the group's bits, 0440. Group root is nobody that root is not.
        let isCredential =
            open == 0o040 && owner == 0 && group == 0 && isInside(credentialsDirectory, path: path)
        if open != 0 && !isCredential { throw .exposed(path: path, mode: mode & 0o7777) }
        if owner != us && owner != 0 && us != 0 { throw .foreignOwner(path: path, owner: owner, us: us) }
    }

    private static func isInside(_ directory: String?, path: String) -> Bool {
        guard var directory, directory.hasPrefix("/") else { return false }
        if !directory.hasSuffix("/") { directory += "/" }
        return path.hasPrefix(directory) && !path.split(separator: "/").contains("..")
    }
}
