import FoundationEssentials
import Synchronization
import Testing

/// docs/doctor.md, whose transcripts are what the tests expect: the page is the one place where they stand.
///
/// `MAILSCOPE_WRITE_PAGES=1 swift test --filter Doctor` writes what the program says into the page instead.
enum DoctorPage {
    private static let path = PackageFiles.root + "/docs/doctor.md"
    private static let writing = Mutex(())
    private static let writes = ProcessInfo.processInfo.environment["MAILSCOPE_WRITE_PAGES"] == "1"

    /// Holds a transcript against the page's of that name.
    static func expect(_ name: String, _ transcript: String, at location: SourceLocation = #_sourceLocation)
        throws
    {
        try writing.withLock { _ in
            let page = try String(contentsOfFile: path, encoding: .utf8)
            let begin = "<!-- transcript: \(name) -->\n```\n"
            guard let start = page.firstRange(of: begin)?.upperBound,
                let end = page[start...].firstRange(of: "```\n")?.lowerBound
            else {
                Issue.record("docs/doctor.md has no transcript '\(name)'", sourceLocation: location)
                return
            }
            if writes {
                let changed = page[..<start] + transcript + page[end...]
                try Data(changed.utf8).write(to: URL(filePath: path), options: .atomic)
            } else {
                #expect(transcript == page[start..<end], "\(name)", sourceLocation: location)
            }
        }
    }

    /// The names of the page's transcripts.
    static func names() throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^<!-- transcript: (.+) -->$/).map { String($0.output.1) }
        }
    }
}

extension TenantPlace {
    /// What `doctor` says that is not ok, and how it ends; with `isWhole`, all of it. It has time: the tenant is on the
    /// same machine as all other tests.
    func doctor(isWhole: Bool = false, environment: [String: String] = [:]) async throws -> String {
        let environment = environment.merging(["PATH": "/nowhere"]) { given, _ in given }
        return Self.ailing(
            try await transcript("doctor", "--timeout", "600", environment: environment), isWhole: isWhole)
    }

    static func ailing(_ transcript: String, isWhole: Bool = false) -> String {
        transcript.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { isWhole || (!$0.hasPrefix("ok ") && !$0.hasSuffix(" not under systemd here")) }.joined(
                separator: "\n"
            )
            .replacing(/[0-9.]+ [kMGT]B free/, with: "N GB free")
            // A slow machine measures more.
            .replacing(/within [0-9a-z. ]+ of the server's/, with: "within 2 seconds of the server's")
            .replacing(/made as [a-z0-9_-]+/, with: "made as root")
            .replacing(/localhost is [0-9a-f.:, ]+/, with: "localhost is 127.0.0.1")
    }
}
