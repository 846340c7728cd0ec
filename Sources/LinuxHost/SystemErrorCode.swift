internal import Glibc

/// A number of errno(3), with its text.
package struct SystemErrorCode: Error, RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// The one that the last failed call of this thread left.
    static var last: SystemErrorCode { SystemErrorCode(rawValue: errno) }

    /// The system's own words: `No space left on device`.
    package var description: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(rawValue, &buffer, buffer.count) == 0 else { return "error \(rawValue)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static let noSpace = SystemErrorCode(rawValue: ENOSPC)
    package static let quotaExceeded = SystemErrorCode(rawValue: EDQUOT)
    package static let readOnly = SystemErrorCode(rawValue: EROFS)
    package static let notPermitted = SystemErrorCode(rawValue: EACCES)
    package static let operationNotPermitted = SystemErrorCode(rawValue: EPERM)
    package static let missing = SystemErrorCode(rawValue: ENOENT)
    package static let exists = SystemErrorCode(rawValue: EEXIST)
    package static let notADirectory = SystemErrorCode(rawValue: ENOTDIR)
    package static let isADirectory = SystemErrorCode(rawValue: EISDIR)
    package static let symbolicLink = SystemErrorCode(rawValue: ELOOP)
    package static let otherFileSystem = SystemErrorCode(rawValue: EXDEV)
    package static let tooManyLinks = SystemErrorCode(rawValue: EMLINK)
    package static let notSupported = SystemErrorCode(rawValue: EOPNOTSUPP)
    package static let nameTooLong = SystemErrorCode(rawValue: ENAMETOOLONG)
    package static let tooLarge = SystemErrorCode(rawValue: EFBIG)
    package static let addressInUse = SystemErrorCode(rawValue: EADDRINUSE)
    package static let brokenPipe = SystemErrorCode(rawValue: EPIPE)
    package static let wouldBlock = SystemErrorCode(rawValue: EAGAIN)
    package static let invalid = SystemErrorCode(rawValue: EINVAL)
    package static let argumentsTooLong = SystemErrorCode(rawValue: E2BIG)
    package static let notAProgram = SystemErrorCode(rawValue: ENOEXEC)
    package static let inputOutput = SystemErrorCode(rawValue: EIO)
}
