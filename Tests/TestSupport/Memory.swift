internal import FoundationEssentials

/// The most memory that this process ever had resident, in bytes (`VmHWM`).
package func peakMemory() -> Int { statusBytes("VmHWM:") }

/// What this process has resident at this moment, in bytes (`VmRSS`).
package func residentMemory() -> Int { statusBytes("VmRSS:") }

/// Forgets the peak so far: ``peakMemory()`` starts again from what is resident now. Source: proc(5), `clear_refs`.
package func resetPeakMemory() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

private func statusBytes(_ name: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }
        .flatMap { Int($0) }.map { $0 * 1_024 } ?? 0
}
