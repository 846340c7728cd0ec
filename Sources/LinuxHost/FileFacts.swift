internal import Glibc

/// What stat(2) says of a file.
package struct FileFacts: Sendable, Equatable {
    package enum Kind: Sendable {
        case regular
        case directory
        case symbolicLink
        case other
    }

    package let kind: Kind
    /// In bytes.
    package let size: Int
    /// The permission bits.
    package let mode: UInt32
    package let owner: UInt32
    package let device: UInt64
    package let inode: UInt64
    package let links: Int
    /// Seconds since 1970.
    package let modified: Int

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
        size = Int(status.st_size)
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        links = Int(status.st_nlink)
        modified = status.st_mtim.tv_sec
    }

    /// True for the same file under another name, or after a rename.
    package func isSameFile(as other: FileFacts) -> Bool { device == other.device && inode == other.inode }
}
