import FoundationEssentials
import TestSupport
import Testing

/// What docs/packaging holds for systemd, judged by systemd itself.
@Suite(.enabled(if: SystemdAnalyze.path != nil, "no /usr/bin/systemd-analyze here: apt-get install systemd"))
struct UnitFileTests {
    @Test func areUnitsThatSystemdTakes() async throws {
        try await withTemporaryFolder { folder in
            for kind in ["service", "timer"] {
                let text = String(
                    decoding: try PackageFiles.bytes("docs/packaging/mailscope-verify@.\(kind)"),
                    as: UTF8.self)
                // Neither the program nor its man page is installed where tests run.
                try folder.write(
                    "mailscope-verify@reports.\(kind)",
                    text.replacing("/usr/bin/mailscope", with: "/bin/true").replacing(
                        "Documentation=man:mailscope(1)\n", with: ""))
            }
            for kind in ["service", "timer"] {
                let run = try await ProgramRun(
                    program: try #require(SystemdAnalyze.path),
                    ["verify", "--man=no", folder("mailscope-verify@reports.\(kind)")])
                #expect(run.transcript() == "exit 0\n")
            }
        }
    }
}

private enum SystemdAnalyze {
    static let path =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")
        ? "/usr/bin/systemd-analyze" : nil
}
