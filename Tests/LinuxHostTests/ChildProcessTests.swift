import LinuxHost
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    private let threads = DiskThread(count: 4)

    private func shell(
        _ script: String, input: ChildProcess.Input = .none, timeout: Duration = .seconds(60),
        grace: Duration = .seconds(5)
    ) -> ChildProcess {
        ChildProcess(
            arguments: ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin", "NAME": "a value"],
            input: input, timeout: timeout, grace: grace)
    }

    @Test func givesStatusAndOutputs() async throws {
        let result = try await shell("echo out; echo err >&2; exit 75").run(on: threads)
        #expect(result.ending == .exited(status: 75))
        #expect(String(decoding: result.output, as: UTF8.self) == "out\n")
        #expect(String(decoding: result.errors, as: UTF8.self) == "err\n")
    }

    @Test func passesArgumentsUntouched() async throws {
        let child = ChildProcess(
            arguments: ["printf", "%s|", "a b", "$HOME", "*", ""], environment: [:], timeout: .seconds(60))
        let result = try await child.run(on: threads)
        #expect(String(decoding: result.output, as: UTF8.self) == "a b|$HOME|*||")
    }

    @Test func givesOnlyTheEnvironmentNamed() async throws {
        let result = try await ChildProcess(
            arguments: ["/usr/bin/env"], environment: ["ONE": "1 = one"], timeout: .seconds(60)
        ).run(on: threads)
        #expect(String(decoding: result.output, as: UTF8.self) == "ONE=1 = one\n")
    }

    @Test func feedsMoreThanAPipeHoldsWhileTheChildAnswers() async throws {
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let result = try await shell("tee /dev/stderr | wc -c", input: .bytes(bytes[...])).run(on: threads)
        #expect(result.ending == .exited(status: 0))
        #expect(String(decoding: result.output, as: UTF8.self).contains("1000000"))
        #expect(result.errors == bytes.suffix(ChildProcess.outputLimit))
    }

    @Test func feedsAFile() async throws {
        try await withTemporaryPath { folder in
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try File.create(folder + "/in").write(bytes[...])
            let result = try await shell("cat >'\(folder)/out'", input: .file(path: folder + "/in")).run(
                on: threads)
            #expect(result.ending == .exited(status: 0))
            #expect(try contents(folder + "/out") == bytes)
        }
    }

    @Test func aChildThatReadsNothingIsJudgedByItsStatus() async throws {
        let bytes = [UInt8](repeating: 65, count: 1_000_000)
        #expect(
            try await shell("exit 0", input: .bytes(bytes[...])).run(on: threads).ending == .exited(status: 0)
        )
        #expect(
            try await shell("exec <&-; exit 3", input: .bytes(bytes[...])).run(on: threads).ending
                == .exited(status: 3))
    }

    @Test func killsWhatTakesTooLongWithAllItStarted() async throws {
        try await withTemporaryPath { folder in
            // Deaf to SIGTERM, with a child of its own that would write a file.
            let script = "trap '' TERM; (sleep 3; touch '\(folder)/late') & sleep 600; sleep 600"
            let result = try await shell(script, timeout: .milliseconds(200), grace: .milliseconds(200)).run(
                on: threads)
            #expect(result.ending == .timedOut)
            try await Task.sleep(for: .seconds(4))
            #expect(try FileSystem.facts(of: folder + "/late") == nil)
        }
    }

    @Test func cancellingKills() async throws {
        let task = Task { try await shell("sleep 600").run(on: threads).ending }
        task.cancel()
        #expect(try await task.value == .cancelled)
    }

    @Test func saysWhichSignalKilled() async throws {
        #expect(try await shell("kill -11 $$").run(on: threads).ending == .killed(signal: 11))
    }

    @Test func doesNotWaitForWhatTheChildLeftRunning() async throws {
        let result = try await shell("sleep 30 & echo done").run(on: threads)
        #expect(result.ending == .exited(status: 0))
        #expect(String(decoding: result.output, as: UTF8.self) == "done\n")
    }

    @Test func theChildHasNoOtherFilesAndDefaultSignals() async throws {
        try await withTemporaryPath { folder in
            let file = try File.create(folder + "/open")
            let result = try await shell("ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status")
                .run(
                    on: threads)
            // ls holds 0, 1, 2 and the directory.
            let text = String(decoding: result.output, as: UTF8.self)
            // glibc leaves its own two signals, 32 and 33, ignored.
            let lines = text.replacing("0000000180000000", with: "0000000000000000")
            #expect(lines == "4\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
            _ = file
        }
    }

    @Test(arguments: [
        ("mailscope-no-such-program", SystemErrorCode.missing), ("/nowhere/x", .missing),
        ("/etc/passwd", .notPermitted),
        ("", .invalid), ("a\0b", .invalid),
    ])
    func saysWhyItCouldNotStart(name: String, code: SystemErrorCode) async throws {
        let child = ChildProcess(arguments: [name], environment: [:], timeout: .seconds(1))
        await #expect(throws: FileError(action: "run", path: name, code: code)) {
            try await child.run(on: threads)
        }
    }
}
