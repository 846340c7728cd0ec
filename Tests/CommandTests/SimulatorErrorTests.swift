import FoundationEssentials
import TestSupport
import Testing

/// What mailscope-simulator says of a command line that it cannot serve.
@Suite struct SimulatorErrorTests {
    @Test(arguments: ["--register-certificate", "--eml", "--tenant-file"])
    func namesTheFileThatIsNotThere(option: String) async throws {
        let run = try await ProgramRun(
            program: "mailscope-simulator", ["--mailboxes", "1", option, "/nowhere/x.pem"])
        #expect(run.output == "")
        #expect(
            run.errors == """
                mailscope-simulator: error: /nowhere/x.pem: there is no such file or folder
                mailscope-simulator: hint: relative paths start where the program was started; look what is there: \
                ls /nowhere

                """)
        #expect(run.exitCode == (option == "--tenant-file" ? 2 : 1))
    }

    @Test func namesTheFolderThatIsMissingForTheAuthority() async throws {
        let run = try await ProgramRun(
            program: "mailscope-simulator", ["--messages", "1", "--ca-out", "/nowhere/ca.pem"])
        #expect(run.exitCode == 1)
        #expect(run.output == "")
        #expect(
            run.errors == """
                mailscope-simulator: error: /nowhere/ca.pem: there is no folder /nowhere to write it to
                mailscope-simulator: hint: make it first: mkdir -p /nowhere

                """)
    }

    @Test func namesTheFileThatHoldsNoCertificate() async throws {
        let file = PackageFiles.root + "/Package.swift"
        let run = try await ProgramRun(
            program: "mailscope-simulator", ["--messages", "1", "--register-certificate", file])
        #expect(run.exitCode == 1)
        #expect(run.errors.hasPrefix("mailscope-simulator: error: \(file): it holds no certificate"))
        #expect(run.errors.contains("\nmailscope-simulator: hint: give the public certificate"))
    }

    @Test func saysThatAPortIsTaken() async throws {
        let place = try ProgramRun.Started(
            program: "mailscope-simulator", ["--messages", "1", "--json"])
        var port: Substring?
        for _ in 0..<600 where port == nil {
            try await Task.sleep(for: .milliseconds(50))
            port = place.output.split(separator: "localhost:").dropFirst().first?.prefix { $0.isNumber }
        }
        let taken = try #require(port)
        let run = try await ProgramRun(
            program: "mailscope-simulator", ["--messages", "1", "--port", String(taken)])
        _ = try await place.stop()
        #expect(run.exitCode == 1)
        #expect(
            run.errors == """
                mailscope-simulator: error: port \(taken): another program listens on it
                mailscope-simulator: hint: choose another port, or leave --port out for any free one

                """)
    }
}
