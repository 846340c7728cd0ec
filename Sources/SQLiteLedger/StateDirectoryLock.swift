internal import FoundationEssentials
internal import Glibc
internal import MailscopeKit

/// Holds a state directory for this process. The kernel lets go when the process ends, however it ends.
///
/// The file's text names the holder for whoever comes second; text that a dead process left means nothing.
final class StateDirectoryLock: Sendable {
    private let descriptor: Int32

    /// - Throws: ``LedgerError/inUse(path:holder:)`` where another process has it.
    init(directory: String, now: Date) throws(LedgerError) {
        let path = directory + "/lock"
        // Closed on exec: a command that is a sink must not hold the lock after us.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LedgerError(path: path, code: errno) }
        guard Self.take(descriptor) else {
            let reason = errno
            let holder = Self.text(of: descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw LedgerError(path: path, code: reason) }
            throw .inUse(path: directory, holder: holder)
        }
        self.descriptor = descriptor
        let text = Array("\(commandName()), process \(getpid()), since \(now.formatted(.iso8601))\n".utf8)
        // Only a courtesy to the second comer: a full disk must not keep us from starting.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    /// Waits a moment for somebody who only looks (``holder(of:)``).
    private static func take(_ descriptor: Int32) -> Bool {
        for pause: UInt32 in [1_000, 10_000, 50_000, 0] {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if errno != EWOULDBLOCK || pause == 0 { break }
            usleep(pause)
            errno = EWOULDBLOCK
        }
        return false
    }

    /// Who holds the directory now; nil where nobody does. Changes nothing.
    static func holder(of directory: String) -> String? {
        let descriptor = open(directory + "/lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Shared, so that two who look do not take each other for holders. Let go at once.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
            _ = flock(descriptor, LOCK_UN)
            return nil
        }
        return errno == EWOULDBLOCK ? text(of: descriptor) : nil
    }

    private static func text(of descriptor: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &text, text.count, 0)
        let holder = String(decoding: text.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)
        return holder.isEmpty ? "another process" : holder
    }

    deinit {
        // By name: a child that is being started has the file open until it runs its own program.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}

/// The kernel's name of this process.
private func commandName() -> String {
    let descriptor = open("/proc/self/comm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "a program" }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &text, text.count)
    return String(decoding: text.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)
}
