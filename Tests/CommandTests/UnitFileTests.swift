import CommandTree
import FoundationEssentials
import TestSupport
import Testing

@testable import mailscope

/// What docs/packaging holds for systemd.
@Suite struct UnitFileTests {
    @Test(.enabled(if: SystemdAnalyze.path != nil, SystemdAnalyze.missing))
    func areUnitsThatSystemdTakes() async throws {
        let program = try #require(SystemdAnalyze.path)
        try await withTemporaryFolder { folder in
            // Neither the program nor its man page is installed where tests run.
            for unit in try UnitFile.all() {
                try folder.write(
                    unit.instance,
                    unit.text.replacing("/usr/bin/mailscope", with: "/bin/true").replacing(
                        /Documentation=man:.*\n/, with: ""))
            }
            for unit in try UnitFile.all() {
                let run = try await ProgramRun(
                    program: program, ["verify", "--man=no", folder(unit.instance)])
                // It ends with 0 whatever it finds.
                #expect(run.transcript() == "exit 0\n", "\(unit.name)")
            }
        }
    }

    @Test(.enabled(if: SystemdAnalyze.path != nil, SystemdAnalyze.missing))
    func standBehindEveryWallThatTheyCanBear() async throws {
        let program = try #require(SystemdAnalyze.path)
        for unit in try UnitFile.all() where unit.name.hasSuffix(".service") {
            try await withTemporaryFolder { folder in
                try folder.write(unit.instance, unit.text)
                let run = try await ProgramRun(
                    program: program,
                    ["security", "--offline=true", "--threshold=12", folder(unit.instance)])
                #expect(run.exitCode == 0, "\(unit.name): \(run.output.suffix(100))")
            }
        }
    }

    @Test func startWhatTheCommandLineKnows() throws {
        let lines = try UnitFile.all().flatMap(\.commandLines)
        #expect(lines.count == 4)
        for line in lines {
            let words = line.replacing("%i", with: "reports").replacing("%S", with: "/var/lib").split(
                separator: " "
            ).map(String.init)
            #expect(words.first == "/usr/bin/mailscope")
            guard case .run = try Program.command.interpret(Array(words.dropFirst())) else {
                Issue.record("shows help: \(line)")
                continue
            }
        }
    }

    @Test func doNotStartAgainWhatStartingDoesNotMend() throws {
        let codes = [ExitCode.configuration, .identityRefused, .usage].map { "\($0.rawValue)" }
        for unit in try UnitFile.all() where unit.text.contains("mailscope run") {
            #expect(unit.text.contains("\nRestartPreventExitStatus=\(codes.joined(separator: " "))\n"))
        }
    }

    @Test func keepOneInstanceApartFromTheOthers() throws {
        let keys = ["User=", "StateDirectory=", "RuntimeDirectory=", "LoadCredential=", "ExecStart="]
        for unit in try UnitFile.all() where unit.name.hasSuffix("@.service") {
            for line in unit.text.split(separator: "\n") where keys.contains(where: line.hasPrefix) {
                #expect(line.contains("%i"), "\(unit.name)")
            }
        }
    }
}

private struct UnitFile {
    let name: String
    let text: String

    static func all() throws -> [UnitFile] {
        let units = try PackageFiles.names(in: "docs/packaging").filter {
            $0.hasSuffix(".service") || $0.hasSuffix(".timer")
        }
        #expect(units.count == 6)
        return try units.map {
            UnitFile(
                name: $0,
                text: String(decoding: try PackageFiles.bytes("docs/packaging/" + $0), as: UTF8.self)
            )
        }
    }

    /// A template is judged by one of its instances.
    var instance: String { name.replacing("@.", with: "@reports.") }

    var commandLines: [Substring] {
        text.split(separator: "\n").compactMap { line in
            line.hasPrefix("ExecStart=") ? line.dropFirst("ExecStart=".count) : nil
        }
    }
}

private enum SystemdAnalyze {
    static let path =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")
        ? "/usr/bin/systemd-analyze" : nil
    static let missing: Comment = "no /usr/bin/systemd-analyze here: apt-get install systemd"
}
