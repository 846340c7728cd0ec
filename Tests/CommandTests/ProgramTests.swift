import CommandTree
import Testing

@testable import mailscope

@Suite struct ProgramTests {
    @Test func showsItsVersion() async throws {
        #expect(try await ProgramRun(["--version"]).transcript() == "mailscope \(Program.version)\nexit 0\n")
    }

    @Test func showsHelpWhereNoVerbIsGiven() async throws {
        let run = try await ProgramRun([])
        #expect(
            run.output.hasPrefix(
                "mailscope: reads one Microsoft 365 mailbox, with nobody signed in\n\nUSAGE\n"))
        #expect(run.errors == "")
        #expect(run.exitCode == 0)
    }

    @Test func endsWith64WhereTheWordsMakeNoSense() async throws {
        #expect(
            try await ProgramRun(["confg"]).transcript() == """
                mailscope: error: mailscope has no command 'confg'
                mailscope: hint: did you mean 'config'?
                exit 64

                """)
        #expect(
            try await ProgramRun(["quarantine", "retry"]).transcript() == """
                mailscope: error: quarantine retry takes either ids or --all
                mailscope: hint: 'mailscope quarantine list' shows the ids
                exit 64

                """)
    }

    @Test func hasExamplesAndExitCodesInEveryVerbsHelp() {
        func check(_ command: Command, _ path: [Command]) {
            let path = path + [command]
            if command.children.isEmpty {
                let name = path.map(\.name).joined(separator: " ")
                #expect(!command.examples.isEmpty, "\(name)")
                #expect(command.exitCodes.map(\.code).contains(0), "\(name)")
                #expect(command.exitCodes.map(\.code).contains(64), "\(name)")
                #expect(command.examples.allSatisfy { $0.line.hasPrefix(name) }, "\(name)")
            }
            for child in command.children { check(child, path) }
        }
        check(Program.command, [])
    }

    /// Foundation's larger half brings ICU, and triples the time to start.
    @Test func needsNoMoreOfFoundationThanItsEssentials() async throws {
        let maps = try await ProgramRun(["--version"], environment: ["LD_TRACE_LOADED_OBJECTS": "1"])
        #expect(maps.output.contains("libcurl") || maps.output.contains("libsqlite3"))
        #expect(!maps.output.contains("libFoundationInternationalization"))
        #expect(!maps.output.contains("libFoundationNetworking"))
        #expect(!maps.output.contains("libFoundation.so"))
    }
}
