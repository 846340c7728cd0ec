internal import Glibc

/// Standard output or standard error.
package enum StandardStream: Sendable {
    case output
    case error

    var descriptor: Int32 {
        switch self {
        case .output: STDOUT_FILENO
        case .error: STDERR_FILENO
        }
    }

    /// As messages name it.
    package var name: String {
        switch self {
        case .output: "standard output"
        case .error: "standard error"
        }
    }

    /// Writes all of `bytes`, waiting where the reader is slow.
    ///
    /// - Throws: ``FileError``; its code is `brokenPipe` where the reader has gone.
    package func write(_ bytes: ArraySlice<UInt8>) throws(FileError) {
        let code = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
        if let code { throw FileError(action: "write", path: name, code: code) }
    }

    /// Writes text.
    ///
    /// - Returns: false where it could not be written; for messages whose loss nobody can be told of.
    @discardableResult
    package func write(_ text: String) -> Bool {
        do {
            try write(Array(text.utf8)[...])
            return true
        } catch { return false }
    }

    /// Makes durable what was written, where the stream is a file; a pipe or a terminal keeps nothing.
    package func syncData() throws(FileError) {
        if fdatasync(descriptor) == 0 || errno == EINVAL || errno == ENOSYS { return }
        throw FileError(action: "sync", path: name, code: .last)
    }

    /// Puts /dev/null in the place of each standard stream that is closed, so that no file of ours becomes one by
    /// accident. First thing in a program.
    package static func fillClosedOnes() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number, which is this one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
    }
}
