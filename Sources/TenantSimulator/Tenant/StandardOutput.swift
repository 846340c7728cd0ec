import Glibc

/// The program's own output. Written at once: whoever waits for a line gets it when it is complete.
package enum StandardOutput {
    /// To stdout.
    package static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// To stderr.
    package static func complain(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = Array(rest).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(Swift.max(0, count))
        }
    }
}
