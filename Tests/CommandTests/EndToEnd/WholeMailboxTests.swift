import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

extension HeavyTests {
    @Suite(.timeLimit(.minutes(20))) struct WholeMailboxTests {
        @Test func fetches2000MessagesByteForByteAndNothingTwice() async throws {
            let tenant = try TenantPlace(sinks: "maildir: {path: mail}")
            tenant.fill(2_000, seed: 11)
            let first = try await tenant.run("fetch")
            #expect(first.errors.hasPrefix("mailscope: 2,000 messages delivered ("), "\(first.errors)")
            #expect(first.exitCode == 0)
            try tenant.expectMaildirHoldsTheMailbox()
            let files = try Set(tenant.maildir().map(\.path))

            let asked = tenant.tenant.log.count
            let second = try await tenant.run("fetch")
            #expect(second.transcript() == "exit 0\n")
            #expect(try Set(tenant.maildir().map(\.path)) == files)
            let contents = tenant.tenant.log.entries(after: asked, path: "*value*")
            #expect(contents.isEmpty, "fetched again: \(contents.prefix(3).map(\.target))")
            #expect(tenant.tenant.log.count > asked, "it did look")
            #expect(tenant.tenant.log.entries(status: 429).isEmpty)
            tenant.expectOnlyItsMessagesWereAskedFor()
        }

        @Test func writes2000MessagesAsTheServiceSentThem() async throws {
            let tenant = try TenantPlace(content: "json", sinks: "json-lines: {path: out.jsonl}")
            tenant.fill(2_000, seed: 12)
            let first = try await tenant.run("fetch")
            #expect(first.exitCode == 0, "\(first.errors)")
            #expect(try tenant.lines().count == 2_000)
            try await tenant.expectLinesHoldTheMailbox()
            let size = try Data(contentsOf: URL(filePath: tenant.place.folder("out.jsonl"))).count
            let second = try await tenant.run("fetch")
            #expect(second.transcript() == "exit 0\n")
            #expect(try Data(contentsOf: URL(filePath: tenant.place.folder("out.jsonl"))).count == size)
        }
    }
}

@Suite(.timeLimit(.minutes(20))) struct ManySinksTests {
    @Test func givesAMaildirAndACommandTheSame() async throws {
        let tenant = try TenantPlace()
        let take = try tenant.place.folder.write(
            "take",
            """
            #!/bin/sh
            # What was taken, under its id; refuses to take anything twice.
            set -C
            cat > "$1/$MAILSCOPE_ID"
            """)
        try tenant.place.setMode(0o700, of: "take")
        let taken = tenant.place.folder("taken")
        try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: false)
        try tenant.edit(
            "sinks: {maildir: {path: mail}}",
            "sinks: {maildir: {path: mail}, command: {run: [\(take), \(taken)], concurrency: 2}}")
        tenant.fill(60)
        let run = try await tenant.run("fetch")
        #expect(run.exitCode == 0, "\(run.errors)")
        try tenant.expectMaildirHoldsTheMailbox()
        let names = try tenant.names(in: taken)
        #expect(Set(names) == Set(tenant.heldIDs) && names.count == 60)
        for name in names {
            let bytes = Array(try Data(contentsOf: URL(filePath: taken + "/" + name)))
            #expect(bytes == tenant.tenant.mail.mime(of: name, in: TenantPlace.mailbox))
        }
        #expect(try await tenant.transcript("fetch") == "exit 0\n")
    }

    @Test func deliversAgainOnlyToTheSinkThatFailed() async throws {
        let tenant = try TenantPlace(lines: "tries: 1")
        let take = try tenant.place.folder.write(
            "take", "#!/bin/sh\necho \"$MAILSCOPE_ID\" >>\"$1\"; test -e \"$2\" || exit 75\n")
        try tenant.place.setMode(0o700, of: "take")
        let (calls, isOpen) = (tenant.place.folder("calls"), tenant.place.folder("open"))
        try tenant.edit(
            "sinks: {maildir: {path: mail}}",
            "sinks: {maildir: {path: mail}, command: {run: [\(take), \(calls), \(isOpen)]}}")
        tenant.fill(5)
        let asked = { try String(contentsOfFile: calls, encoding: .utf8).split(separator: "\n").count }

        let first = try await tenant.run("fetch")
        #expect(first.exitCode == 1, "\(first.errors)")
        #expect(first.errors.contains("error: 5 messages could not be delivered"), "\(first.errors)")
        let quarantine = try await tenant.run("quarantine", "list")
        #expect(quarantine.output.split(separator: "\n").count == 6, "\(quarantine.output)")
        // The Maildir has them already.
        try tenant.expectMaildirHoldsTheMailbox()
        let files = try Set(tenant.maildir().map { try FileNumber(of: $0.path) })
        #expect(try asked() == 5)

        try tenant.place.folder.write("open", "")
        _ = try await tenant.run("fetch")
        #expect(try asked() == 5, "nobody asked for another try")
        #expect(try await tenant.run("quarantine", "retry", "--all").exitCode == 0)
        let second = try await tenant.run("fetch")
        #expect(second.errors.hasPrefix("mailscope: 5 messages delivered"), "\(second.errors)")
        #expect(try asked() == 10)
        try tenant.expectMaildirHoldsTheMailbox()
        #expect(try Set(tenant.maildir().map { try FileNumber(of: $0.path) }) == files, "written again")
    }

    @Test func holdsNothingAgainstMessagesWhereItIsStopped() async throws {
        let tenant = try TenantPlace(lines: "poll: 5s")
        let take = try tenant.place.folder.write(
            "take",
            """
            #!/bin/sh
            echo "$MAILSCOPE_ID" >>"$1.begun"
            test $(wc -l <"$1.begun") -le 3 || test -e "$1.open" || exec sleep 50
            echo "$MAILSCOPE_ID" >>"$1.done"
            """)
        try tenant.place.setMode(0o700, of: "take")
        let calls = tenant.place.folder("calls")
        try tenant.edit(
            "sinks: {maildir: {path: mail}}",
            "sinks: {maildir: {path: mail}, command: {run: [\(take), \(calls)]}}")
        tenant.fill(20)
        let lines = { (name: String) in
            let text = (try? String(contentsOfFile: calls + "." + name, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }
        let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
        #expect(try await until { lines("begun").count == 4 })
        let (end, duration) = try await daemon.stop()
        #expect(end.exitCode == 0 && duration < BadNetworkTests.stopLimit, "\(end.errors)")
        #expect(lines("begun").count == 4, "none was begun only to be killed")
        let status = try await tenant.run("status", "--json")
        #expect(status.output.contains("\"deferred\" : 0"), "\(status.output)")

        try tenant.place.folder.write("calls.open", "")
        #expect(try await tenant.run("fetch").exitCode == 0)
        #expect(Set(lines("done")) == Set(tenant.heldIDs) && lines("done").count == 20, "each once")
        try tenant.expectMaildirHoldsTheMailbox()
    }

    /// Tells a file from one that has taken its place.
    private struct FileNumber: Hashable {
        let number: UInt64
        let changed: Int

        init(of path: String) throws {
            var status = stat()
            try #require(stat(path, &status) == 0)
            number = UInt64(status.st_ino)
            changed = status.st_ctim.tv_nsec
        }
    }
}
