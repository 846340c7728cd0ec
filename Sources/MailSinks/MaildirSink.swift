package import LinuxHost
package import MailscopeKit

/// Delivers MIME messages into a Maildir: `tmp/`, durable, then renamed into `new/`.
///
/// A message's name comes from its immutable id (``MaildirName``), so that one that may be repeated is looked for in `new/`
/// and `cur/` and not delivered twice. Directories are 0700 and files 0600. The files of a batch are made durable
/// together, which is several times faster than one by one.
///
/// Source: the Maildir specification (cr.yp.to/proto/maildir.html).
package struct MaildirSink: MessageSink {
    package let name: String
    package let accepts: Set<MessageContent> = [.mime]

    private let maildir: Maildir
    private let disk: DiskThread

    /// - Parameters:
    ///   - name: under which the ledger keeps acknowledgements.
    ///   - path: the Maildir; it, `cur`, `new` and `tmp` are made where missing, its parent is not.
    ///   - syncsFileSystem: one syncfs(2) a batch instead of an fsync(2) a file. Faster where the file system is the
    ///     daemon's own; elsewhere it waits for others' data too.
    ///   - disk: where the work is done.
    ///   - clock: tells which leftovers in `tmp/` are old.
    package init(
        name: String = "maildir", path: String, syncsFileSystem: Bool = false, disk: DiskThread,
        clock: any HostClock = SystemClock()
    ) {
        self.name = name
        self.disk = disk
        maildir = Maildir(path: path, syncsFileSystem: syncsFileSystem, clock: clock)
    }

    /// Makes the directories that are missing and removes what a killed run left in `tmp/`, as the first ``deliver(_:)``
    /// does; asked for at the start it tells early.
    package func prepare() async throws(SinkError) {
        do {
            try await disk.attempt { [maildir] () throws(FileError) in try maildir.prepare() }
        } catch { throw SinkError(sink: name, error) }
    }

    package func deliver(_ batch: [DeliverableMessage]) async throws(SinkError) -> [DeliveryOutcome] {
        do {
            return try await disk.attempt { [maildir] () throws(FileError) in try maildir.deliver(batch) }
        } catch { throw SinkError(sink: name, error) }
    }
}

extension SinkError {
    init(sink: String, _ error: FileError) {
        self.init(sink: sink, reason: error.description, hint: error.hint)
    }
}
