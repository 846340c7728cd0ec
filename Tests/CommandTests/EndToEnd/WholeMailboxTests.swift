import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

extension HeavyTests {
    @Suite(.timeLimit(.minutes(5))) struct WholeMailboxTests {
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

@Suite(.timeLimit(.minutes(5))) struct ManySinksTests {
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
        let tenant = try TenantPlace()
        let take = try tenant.place.folder.write(
            "take", "#!/bin/sh\necho \"$MAILSCOPE_ID\" >>\"$1\"; test -e \"$2\" || exit 75\n")
        try tenant.place.setMode(0o700, of: "take")
        let (calls, isOpen) = (tenant.place.folder("calls"), tenant.place.folder("open"))
        try tenant.edit(
            "sinks: {maildir: {path: mail}}",
            "sinks: {maildir: {path: mail}, command: {run: [\(take), \(calls), \(isOpen)]}}")
        tenant.fill(5)
        let first = try await tenant.run("fetch")
        #expect(first.exitCode == 0, "\(first.errors)")
        #expect(first.errors.contains("5 to be tried again"), "\(first.errors)")
        let status = try await tenant.run("status", "--json")
        #expect(status.output.contains("\"deferred\" : 5"), "\(status.output)")
        // They are not due for minutes, so nobody is asked now.
        try tenant.place.folder.write("open", "")
        _ = try await tenant.run("fetch")
        #expect(try String(contentsOfFile: calls, encoding: .utf8).split(separator: "\n").count == 5)
        try tenant.expectMaildirHoldsTheMailbox()
    }
}
