import FoundationEssentials
import Glibc
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

extension HeavyTests {
    @Suite(.timeLimit(.minutes(20))) struct LargeMessageTests {
        /// The unoptimised, dynamically linked program has more than half of this before it has done anything.
        static let limit = 40 << 20

        @Test func carries150MBInBoundedMemory() async throws {
            let size = 150_000_000
            let tenant = try TenantPlace(lines: "poll: 5s")
            let take = try tenant.place.folder.write("take", "#!/bin/sh\nsha256sum >>\"$1\"\n")
            try tenant.place.setMode(0o700, of: "take")
            let sums = tenant.place.folder("sums")
            try tenant.edit(
                "sinks: {maildir: {path: mail}}",
                "sinks: {maildir: {path: mail}, command: {run: [\(take), \(sums)]}}")
            let now = Int(Date().timeIntervalSince1970)
            tenant.tenant.mail.addGenerated(
                size: 3_000, of: TenantPlace.mailbox, received: UTCTime(seconds: now - 60))

            let daemon = try ProgramRun.Started(words: ["run", "--config", tenant.place.config])
            try await daemon.untilItSays("notice ready")
            let base = daemon.peakMemory
            let id = tenant.tenant.mail.addGenerated(
                size: size, of: TenantPlace.mailbox, received: UTCTime(seconds: now))
            let isThere = try await until {
                try tenant.maildir().count == 2
                    && tenant.names(in: tenant.place.folder("state/spool")).isEmpty
            }
            #expect(isThere, "\(daemon.errors)")
            let peak = daemon.peakMemory
            daemon.send(SIGTERM)
            #expect(try await daemon.end().exitCode == 0)
            print(
                "150 MB: resident memory peaks at \(Self.megabytes(peak)), of which \(Self.megabytes(base)) after one small message"
            )
            #expect(base > 0 && peak < Self.limit)
            // The message's size is nowhere in it.
            #expect(peak - base < 8 << 20)

            try tenant.expectMaildirHoldsTheMailbox()
            let file = try #require(try tenant.maildir().first { $0.id == id })
            let sum = try await ProgramRun(program: "/usr/bin/sha256sum", [file.path])
            let wanted = sum.output.prefix(64)
            let taken = try String(contentsOfFile: sums, encoding: .utf8).split(separator: "\n")
                .map { $0.prefix(64) }
            #expect(wanted.count == 64 && taken.count == 2 && taken.contains(wanted))
        }

        private static func megabytes(_ bytes: Int) -> String {
            "\(bytes / 100_000 / 10).\(bytes / 100_000 % 10) MB"
        }
    }
}
