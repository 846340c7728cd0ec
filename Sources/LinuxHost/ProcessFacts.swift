internal import Glibc

/// What this process is and uses.
package enum ProcessFacts {
    package static var pid: Int32 { getpid() }

    /// The effective user's number; 0 is root.
    package static var user: UInt32 { geteuid() }

    /// The name of a user, as /etc/passwd and its like have it; its number where nobody knows it.
    package static func name(ofUser number: UInt32) -> String {
        guard let entry = getpwuid(number) else { return "\(number)" }
        return String(cString: entry.pointee.pw_name)
    }

    /// Resident memory now, in bytes (/proc/self/status, VmRSS); nil where /proc is not there.
    package static var residentMemory: Int? { status("VmRSS:") }

    /// Its highest since the start, in bytes (VmHWM).
    package static var peakResidentMemory: Int? { status("VmHWM:") }

    private static func status(_ name: String) -> Int? {
        guard let file = try? File.open("/proc/self/status", for: .reading),
            let bytes = try? file.read(at: 0, limit: 16 << 10)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map {
            $0 << 10
        }
    }
}
