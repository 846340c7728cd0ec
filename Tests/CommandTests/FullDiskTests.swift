import FoundationEssentials
import TenantSimulator
import TestSupport
import Testing

@testable import mailscope

/// Disks that are full or read-only, and what is delivered once they are not. Where mounting is not permitted these say
/// so and prove nothing.
@Suite(.serialized, .timeLimit(.minutes(20))) struct FullDiskTests {
    @Test func deliversEverythingOnceAfterTheMaildirsDiskWasFull() async throws {
        let tenant = try TenantPlace()
        tenant.fill(100)
        try await SmallDisk.mounted(at: tenant.place.folder("mail"), size: "1m") { disk in
            let text = try await tenant.transcript("fetch")
            #expect(
                text.replacing(/tmp\/[^:]+:/, with: "tmp/FILE:") == """
                    mailscope: error: sink maildir: cannot write DIR/mail/tmp/FILE: No space left on device
                    mailscope: hint: free space (or inodes: df -i) on the file system of DIR/mail/tmp
                    exit 1

                    """)
            try await disk.remount("size=64m")
            #expect(try await tenant.run("fetch").exitCode == 0)
            try expectAllOnce(tenant)
        }
    }

    @Test func deliversEverythingOnceAfterTheStatesDiskWasFull() async throws {
        let tenant = try TenantPlace()
        tenant.fill(100)
        try await SmallDisk.mounted(at: tenant.place.folder("state"), size: "256k") { disk in
            let text = try await tenant.transcript("fetch").replacing(/spool\/[0-9]+/, with: "spool/N")
            // Both grow on that disk at the same time: either may find it full first.
            #expect(
                text == Self.ledgerIsFull
                    || text == """
                        mailscope: error: spool: cannot write DIR/state/spool/N.spool: No space left on device
                        mailscope: hint: free space (or inodes: df -i) on the file system of DIR/state/spool
                        exit 1

                        """
            )
            try await disk.remount("size=64m")
            #expect(try await tenant.run("fetch").exitCode == 0)
            try expectAllOnce(tenant)
        }
    }

    private static let ledgerIsFull = """
        mailscope: error: DIR/state/ledger.db cannot be written: no space left on its file system
        mailscope: hint: free space (or inodes) there: df -h DIR/state; df -i DIR/state
        mailscope: hint: nothing is lost, the next pass goes on from here
        exit 1

        """

    @Test func deliversEverythingOnceAfterTheLedgersDiskWasFull() async throws {
        let tenant = try TenantPlace(content: "json", sinks: "json-lines: {path: out.jsonl}")
        tenant.fill(2_000)
        try await SmallDisk.mounted(at: tenant.place.folder("state"), size: "128k") { disk in
            let text = try await tenant.transcript("fetch")
            #expect(text == Self.ledgerIsFull)
            try await disk.remount("size=64m")
            #expect(try await tenant.run("fetch").exitCode == 0)
            let status = try await tenant.run("status")
            #expect(status.output.contains("2,000 messages"))
        }
    }

    @Test func saysThatTheStateDirectoryIsReadOnly() async throws {
        let tenant = try TenantPlace()
        tenant.fill(5)
        try await SmallDisk.mounted(at: tenant.place.folder("state"), size: "4m") { disk in
            #expect(try await tenant.run("fetch").exitCode == 0)
            tenant.tenant.mail.addGenerated(
                seed: 9, of: TenantPlace.mailbox,
                received: UTCTime(seconds: Int(Date().timeIntervalSince1970)))
            try await disk.remount("ro")
            let text = try await tenant.transcript("fetch")
            #expect(
                text == """
                    mailscope: error: DIR/state/lock cannot be written: its file system is mounted read-only
                    mailscope: hint: mount it for writing, or set 'state' to another directory
                    mailscope: hint: under systemd, name the directory in ReadWritePaths=, or use StateDirectory=
                    exit 1

                    """)
            #expect(try await tenant.run("status").exitCode == 0, "looking is possible")
            try await disk.remount("rw")
            #expect(try await tenant.run("fetch").exitCode == 0)
            try expectAllOnce(tenant)
        }
    }

    private func expectAllOnce(_ tenant: TenantPlace) throws {
        #expect(try tenant.delivered() == tenant.held())
        let names = try FileManager.default.contentsOfDirectory(atPath: tenant.place.folder("mail/new"))
        #expect(names.count == tenant.held().count)
    }
}
