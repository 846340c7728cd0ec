import FoundationEssentials
import LinuxHost

/// Another process of this program that fetches mail, as /proc shows it.
struct RunningMailscope {
    let pid: Int
    /// Its command line.
    let arguments: [String]

    var words: String { arguments.dropFirst().joined(separator: " ") }

    /// All of them but this one. Empty where /proc is not there, or shows a user his own only.
    static func all() -> [RunningMailscope] {
        let own = Int(ProcessFacts.pid)
        let names = (try? FileSystem.names(in: "/proc") { Int($0) != nil }) ?? []
        return names.compactMap { Int($0) }.filter { $0 != own }.sorted().compactMap { pid in
            guard let file = try? File.open("/proc/\(pid)/cmdline", for: .reading),
                let bytes = try? file.read(at: 0, limit: 16 << 10)
            else { return nil }
            let arguments = bytes.split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }.dropLast()
            guard arguments.first?.split(separator: "/").last == "mailscope",
                arguments.contains("run") || arguments.contains("fetch")
            else { return nil }
            return RunningMailscope(pid: pid, arguments: Array(arguments))
        }
    }

    /// Whether its configuration is the file `path`.
    func usesFile(_ path: String) -> Bool {
        var file = ConfigurationOption.file(in: arguments)
        if !file.hasPrefix("/") {
            guard let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
            else { return false }
            file = folder + "/" + file
        }
        guard let theirs = try? FileSystem.facts(of: file), let ours = try? FileSystem.facts(of: path) else {
            return false
        }
        return theirs.isSameFile(as: ours)
    }
}

/// Which configuration a command line of this program names.
enum ConfigurationOption {
    static func file(in arguments: [String]) -> String {
        var file = "/etc/mailscope/mailscope.yaml"
        for (index, word) in arguments.enumerated() {
            if word == "--config" || word == "-c" {
                if arguments.indices.contains(index + 1) { file = arguments[index + 1] }
            } else if word.hasPrefix("--config=") {
                file = String(word.dropFirst("--config=".count))
            } else if word.hasPrefix("-c"), word.count > 2 {
                file = String(word.dropFirst(2))
            }
        }
        return file
    }
}
