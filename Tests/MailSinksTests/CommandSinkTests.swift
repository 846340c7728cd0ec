import LinuxHost
import MailSinks
import MailscopeKit
import TestSupport
import Testing

@Suite struct CommandSinkTests {
    private func sink(
        _ script: String, timeout: Duration = .seconds(60), concurrency: Int = 1
    ) -> CommandSink {
        CommandSink(
            arguments: ["/bin/sh", "-c", script], mailbox: "a@contoso.test",
            environment: ["PATH": "/usr/bin:/bin"],
            timeout: timeout, concurrency: concurrency)
    }

    @Test(
        arguments: [
            ("exit 0", .delivered), ("echo noise >&2", .delivered),
            ("exit 75", .deferred(reason: "the command asked to try again later (status 75)")),
            (
                "echo one >&2; echo 'no such user' >&2; echo >&2; exit 67",
                .refused(reason: "the command ended with status 67: no such user")
            ),
            (
                "echo told on stdout; exit 1",
                .refused(reason: "the command ended with status 1: told on stdout")
            ),
            (
                #"printf 'a\033[31mb' >&2; exit 2"#,
                .refused(reason: #"the command ended with status 2: a\u{1b}[31mb"#)
            ),
            ("kill -9 $$", .deferred(reason: "the command was killed by signal 9")),
        ] as [(String, DeliveryOutcome)])
    func theExitStatusDecides(script: String, outcome: DeliveryOutcome) async throws {
        #expect(try await sink(script).deliver([message("a")]) == [outcome])
    }

    @Test func longWordsAreCut() async throws {
        let outcomes = try await sink("head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1").deliver([
            message("a")
        ])
        guard case .refused(let reason) = outcomes[0] else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(reason.count < 250 && reason.hasSuffix("xxx…"))
    }

    @Test func givesTheMessageByteForByteAndItsFacts() async throws {
        try await withTemporaryPath { folder in
            let bytes: [UInt8] =
                Array("a\r\nb\n".utf8) + [0, 0xff] + (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
            try File.create(folder + "/spooled").write(bytes[...])
            let script =
                "cat >'\(folder)'/$MAILSCOPE_ID; env | grep ^MAILSCOPE_ | sort >'\(folder)'/$MAILSCOPE_ID.env"
            let outcomes = try await sink(script).deliver([
                message("one", .bytes(bytes[...]), attempt: 3),
                message(
                    "two", .file(path: folder + "/spooled", size: bytes.count), received: nil,
                    mayBeRepeated: true),
            ])
            #expect(outcomes == [.delivered, .delivered])
            #expect(try contents(folder + "/one") == bytes)
            #expect(try contents(folder + "/two") == bytes)
            #expect(
                String(decoding: try contents(folder + "/one.env"), as: UTF8.self) == """
                    MAILSCOPE_ATTEMPT=3
                    MAILSCOPE_CONTENT=mime
                    MAILSCOPE_ID=one
                    MAILSCOPE_MAILBOX=a@contoso.test
                    MAILSCOPE_MAY_BE_REPEATED=0
                    MAILSCOPE_RECEIVED=2026-11-22T09:30:00Z

                    """)
            let second = String(decoding: try contents(folder + "/two.env"), as: UTF8.self)
            #expect(second.contains("MAILSCOPE_MAY_BE_REPEATED=1\nMAILSCOPE_RECEIVED=\n"))
        }
    }

    @Test func aCommandThatReadsNothingStillDelivers() async throws {
        let large = message("a", .bytes([UInt8](repeating: 65, count: 2_000_000)[...]))
        #expect(try await sink("true").deliver([large]) == [.delivered])
    }

    @Test func whatTakesTooLongIsTriedAgain() async throws {
        let outcomes = try await sink("sleep 600", timeout: .milliseconds(100)).deliver([message("a")])
        #expect(outcomes == [.deferred(reason: "the command took longer than 0.1 seconds")])
    }

    @Test func oneAtATimeKeepsTheOrder() async throws {
        try await withTemporaryPath { folder in
            let batch = (0..<8).map { message("\($0)") }
            let outcomes = try await sink("echo $MAILSCOPE_ID >>'\(folder)/order'").deliver(batch)
            #expect(outcomes == batch.map { _ in .delivered })
            #expect(
                String(decoding: try contents(folder + "/order"), as: UTF8.self) == "0\n1\n2\n3\n4\n5\n6\n7\n"
            )
        }
    }

    @Test func severalRunAtOnceAndOutcomesKeepTheirPlaces() async throws {
        try await withTemporaryPath { folder in
            // Each waits until the other three have begun.
            let script = """
                touch '\(folder)'/$MAILSCOPE_ID
                while [ $(ls '\(folder)' | wc -l) -lt 4 ]; do sleep 0.05; done
                exit $MAILSCOPE_ID
                """
            let outcomes = try await sink(script, timeout: .seconds(50), concurrency: 4).deliver(
                ["0", "75", "3", "4"].map { message($0) })
            #expect(outcomes[0] == .delivered)
            #expect(outcomes[1] == .deferred(reason: "the command asked to try again later (status 75)"))
            #expect(outcomes[2] == .refused(reason: "the command ended with status 3"))
            #expect(outcomes[3] == .refused(reason: "the command ended with status 4"))
        }
    }

    @Test func aMissingProgramIsTheSinksTrouble() async throws {
        let sink = CommandSink(
            name: "tickets", arguments: ["/nowhere/deliver"], mailbox: "a@contoso.test", environment: [:])
        let error = await #expect(throws: SinkError.self) {
            try await sink.deliver([message("a"), message("b")])
        }
        #expect(error?.sink == "tickets" && error?.hint != nil)
        #expect(error?.reason == "cannot run /nowhere/deliver: No such file or directory")
        await #expect(throws: SinkError.self) {
            try await CommandSink(arguments: ["no-such-program"], mailbox: "", environment: [:]).prepare()
        }
    }

    @Test func whatWasDeliveredBeforeTheProgramWentAwayIsTold() async throws {
        try await withTemporaryPath { folder in
            let program = folder + "/deliver"
            try File.create(program, mode: 0o700).write(Array("#!/bin/sh\nrm '\(program)'\n".utf8)[...])
            let sink = CommandSink(
                arguments: [program], mailbox: "a@contoso.test", environment: ["PATH": "/bin"])
            let outcomes = try await sink.deliver(["a", "b", "c"].map { message($0) })
            let reason = "cannot run \(program): No such file or directory"
            #expect(outcomes == [.delivered, .deferred(reason: reason), .deferred(reason: reason)])
        }
    }

    @Test func aSpooledFileThatIsGoneIsThatMessagesTrouble() async throws {
        let outcomes = try await sink("true").deliver([
            message("a", .file(path: "/nowhere/x", size: 1)), message("b"),
        ])
        #expect(
            outcomes == [.deferred(reason: "cannot open /nowhere/x: No such file or directory"), .delivered])
    }

    @Test func anIDThatIsNoVariableIsRefused() async throws {
        let long = String(repeating: "a", count: 200_000)
        let outcomes = try await sink("true").deliver([message("a\0b"), message(long), message("c")])
        #expect(outcomes[0] == .refused(reason: "its id has a zero byte"))
        #expect(outcomes[1] == .refused(reason: "cannot run /bin/sh: Argument list too long"))
        #expect(outcomes[2] == .delivered)
    }
}
