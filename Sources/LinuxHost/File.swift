internal import CLinux
internal import Glibc

/// An open file, closed with its last reference. Calls block: use it on a ``DiskThread``.
///
/// Every descriptor is opened with O_CLOEXEC and O_NOFOLLOW.
package final class File: Sendable {
    package let path: String
    let descriptor: Int32

    package enum Access: Sendable {
        case reading
        /// For reading anywhere and writing at the end; made with mode 0600 where it is not there.
        case appending
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes a new file for writing, which must not exist.
    ///
    /// - Throws: ``FileError``; its code is `exists` where the name is taken.
    package static func create(_ path: String, mode: UInt32 = 0o600) throws(FileError) -> File {
        try open(path, O_WRONLY | O_CREAT | O_EXCL, mode, action: "create")
    }

    /// Opens a file.
    ///
    /// - Throws: ``FileError``; its code is `symbolicLink` where the last part of the path is one.
    package static func open(_ path: String, for access: Access) throws(FileError) -> File {
        switch access {
        // O_NONBLOCK: a pipe in that place must not hold us; it has no effect on a file.
        case .reading: try open(path, O_RDONLY | O_NONBLOCK, 0, action: "open")
        case .appending: try open(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0o600, action: "open")
        }
    }

    private static func open(
        _ path: String, _ flags: Int32, _ mode: UInt32, action: String
    ) throws(FileError) -> File {
        // C would take the part before it for the whole.
        guard !path.utf8.contains(0) else { throw FileError(action: action, path: path, code: .invalid) }
        while true {
            let descriptor = Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
            if descriptor >= 0 { return File(path: path, descriptor: descriptor) }
            if errno != EINTR { throw FileError(action: action, path: path, code: .last) }
        }
    }

    /// Writes all of `bytes` at the file's position, or at its end where it was opened for appending.
    package func write(_ bytes: ArraySlice<UInt8>) throws(FileError) {
        let code = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
        if let code { throw FileError(action: "write", path: path, code: code) }
    }

    /// Reads up to `limit` bytes at `offset`; fewer only at the end of the file.
    package func read(at offset: Int, limit: Int) throws(FileError) -> [UInt8] {
        var failure: SystemErrorCode?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            while count < limit {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: count), limit - count, off_t(offset + count))
                if got > 0 {
                    count += got
                } else if got == 0 {
                    break
                } else if errno != EINTR {
                    failure = .last
                    break
                }
            }
        }
        if let failure { throw FileError(action: "read", path: path, code: failure) }
        return bytes
    }

    /// Copies all of `source` to this file's position, in pieces.
    ///
    /// - Returns: how many bytes.
    package func append(contentsOf source: File) throws(FileError) -> Int {
        var offset = 0
        while true {
            let piece = try source.read(at: offset, limit: 256 << 10)
            if piece.isEmpty { return offset }
            try write(piece[...])
            offset += piece.count
        }
    }

    /// Makes content and length durable: fdatasync(2).
    package func syncData() throws(FileError) { try check(fdatasync(descriptor), "sync") }

    /// Makes content and all metadata durable: fsync(2).
    package func sync() throws(FileError) { try check(fsync(descriptor), "sync") }

    /// Makes everything on the file's file system durable, others' files too: syncfs(2).
    package func syncFileSystem() throws(FileError) { try check(linux_syncfs(descriptor), "sync") }

    /// Gives the file this mode, whatever the umask says.
    package func setMode(_ mode: UInt32) throws(FileError) {
        try check(fchmod(descriptor, mode), "set the mode of")
    }

    /// Cuts the file to `size` bytes.
    package func truncate(to size: Int) throws(FileError) {
        try check(ftruncate(descriptor, off_t(size)), "cut")
    }

    /// Takes the file for this opening of it alone, until it is closed: flock(2).
    ///
    /// Waits a second at most, for a child that is just being started holds all locks for a moment.
    ///
    /// - Returns: false where somebody else has it.
    package func lock() throws(FileError) -> Bool {
        for _ in 0..<100 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw FileError(action: "lock", path: path, code: .last)
            }
            usleep(10_000)
        }
        return false
    }

    /// What the file is now.
    package func facts() throws(FileError) -> FileFacts {
        var status = stat()
        try check(fstat(descriptor, &status), "examine")
        return FileFacts(status)
    }

    private func check(_ result: Int32, _ action: String) throws(FileError) {
        if result != 0 { throw FileError(action: action, path: path, code: .last) }
    }
}

/// Writes all, through interruptions, short writes and full pipes that were set not to block.
///
/// - Returns: why not.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> SystemErrorCode? {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&wait, 1, -1)
        } else if errno != EINTR {
            return .last
        }
    }
    return nil
}
