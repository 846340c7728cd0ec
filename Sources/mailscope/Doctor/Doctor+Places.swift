import FoundationEssentials
import LinuxHost
import MailSinks
import MailscopeKit
import SQLiteLedger

extension Doctor {
    /// Less is worth a warning: a day's mail of a busy mailbox.
    static let room = (bytes: 100_000_000, files: 1_000)

    // MARK: Where messages go

    func checkSinks() async {
        for sink in configuration.sinks {
            let complaint = { @Sendable () throws(Failure) in
                if let complaint = PathCheck.complaint(about: sink) { throw Failure(.failed, [complaint]) }
            }
            switch sink {
            case .maildir(let path, _):
                // tmp/ is where nobody takes a file for a message.
                await checkPlace(.sink, sink.words, probing: path + "/tmp", room: path, complaint)
            case .jsonLines(let path?, _, _):
                let folder = FileSystem.parent(of: path)
                await checkPlace(.sink, sink.words, probing: folder, room: folder) {
                    try complaint()
                    try JSONLinesSink.examine(path)
                    guard try Self.isWritableFile(path) else {
                        throw Failure(
                            .failed, "\(sink.words): this user may not write to the file",
                            hints: ["let the daemon's user write there: ls -l \(path)"])
                    }
                }
            case .jsonLines(nil, _, _): add(.ok(.sink, sink.words))
            case .command(let run, _, _):
                switch await inTime({ try complaint() }) {
                case .success?: add(.ok(.sink, "the program \(run[0]) may be run; it was not"))
                case .failure(let error)?: add(.failure(.sink, error))
                case nil: add(Self.silent(.sink, sink.words, limit))
                }
            }
        }
    }

    /// A file that may be written to, or made.
    private static func isWritableFile(_ path: String) throws(FileError) -> Bool {
        try FileSystem.facts(of: path) == nil || FileManager.default.isWritableFile(atPath: path)
    }

    /// Work with a disk, which may hang.
    private func inTime<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async -> Result<Value, any Error>? {
        await TimeLimit.run(limit) { [disk] in await disk.run { Result { try work() } } }
    }

    /// Writes a file and removes it, and looks at the room. A folder that is not there yet is the sink's to make; one that
    /// is closed, `examine` has found good for what is in it.
    private func checkPlace(
        _ check: Checkup.Name, _ what: String, probing folder: String, room: String,
        _ examine: @escaping @Sendable () throws -> Void
    ) async {
        let looked = await inTime { () throws -> (left: FileSystemRoom, isThere: Bool) in
            try examine()
            let isThere = FileManager.default.fileExists(atPath: folder)
            if isThere, FileSystem.isWritable(folder) { try ProbeFile.write(in: folder) }
            return (try FileSystemRoom(at: Self.existing(room)), isThere)
        }
        switch looked {
        case .success(let (left, isThere))?:
            add(Self.checkup(check, what + (isThere ? "" : " (to be made)"), left, at: room))
        case .failure(let error)?: add(.failure(check, error))
        case nil: add(Self.silent(check, what, limit))
        }
    }

    private static func silent(_ check: Checkup.Name, _ what: String, _ limit: Duration) -> Checkup {
        .failure(
            check, "\(what): the disk did not answer in \(Quantity.time(limit))",
            mends: ["a network file system may hang: mount; dmesg | tail"])
    }

    private static func checkup(
        _ check: Checkup.Name, _ what: String, _ left: FileSystemRoom, at folder: String
    ) -> Checkup {
        guard left.isWritable else {
            return .failure(
                check, "\(what): the file system is mounted read-only",
                mends: ["mount it for writing, or name another place in the configuration"])
        }
        if left.bytes < room.bytes || left.files ?? .max < room.files {
            let files = left.files.map { $0 < room.files ? " and \(Quantity.count($0, "file"))" : "" } ?? ""
            return .warning(
                check, "\(what): there is room for \(Quantity.bytes(left.bytes))\(files) only",
                mends: ["free space there: df -h \(folder); df -i \(folder)"])
        }
        return .ok(check, "\(what), writable, \(Quantity.bytes(left.bytes)) free")
    }

    private static func existing(_ path: String) -> String {
        var path = path
        while !FileManager.default.fileExists(atPath: path), FileSystem.parent(of: path) != path {
            path = FileSystem.parent(of: path)
        }
        return path
    }

    // MARK: What is remembered

    func checkState() async {
        let folder = configuration.state
        let hasSpool = configuration.content == .mime
        await checkPlace(.state, "the directory \(folder)", probing: folder, room: folder) {
            let complaint =
                PathCheck.directory(folder, "the state directory")
                ?? (hasSpool ? PathCheck.directory(folder + "/spool", "the spool") : nil)
            if let complaint { throw Failure(.failed, [complaint]) }
            let files = ["lock"] + ["", "-wal", "-shm"].map { SQLiteLedger.fileName + $0 }
            for path in files.map({ "\(folder)/\($0)" }) where try !Self.isWritableFile(path) {
                throw Failure(
                    .failed, "this user may not write to \(path)",
                    hints: ["let the daemon's user write there: ls -l \(path)"])
            }
        }
        guard results.last?.status != .failure else { return skip(.ledger, .instance, after: .state) }
        await checkLedger(folder)
        checkInstance(folder)
    }

    private func checkLedger(_ folder: String) async {
        let path = folder + "/" + SQLiteLedger.fileName
        guard
            FileManager.default.fileExists(atPath: path)
                || FileManager.default.fileExists(atPath: path + "-wal")
        else { return add(.ok(.ledger, "none yet; the first pass makes it")) }
        if let owner = try? FileSystem.facts(of: path)?.owner,
            let other = try? FileSystem.facts(of: folder)?.owner, owner != other, other != 0
        {
            let (owner, other) = (ProcessFacts.name(ofUser: owner), ProcessFacts.name(ofUser: other))
            return add(
                .failure(
                    .ledger,
                    "\(path) belongs to \(owner), and its directory to \(other), who cannot write to it",
                    mends: ["chown -R \(other) \(folder)", "run 'fetch' and 'run' as the daemon's user only"])
            )
        }
        let world = world
        let looked = await TimeLimit.run(limit) { () -> Result<(String?, Int), any Error> in
            do {
                let ledger = try await world.openLedgerForReading()
                return .success((try await ledger.damage(), try await ledger.counts().delivered))
            } catch { return .failure(error) }
        }
        switch looked {
        case .success((nil, let delivered))?:
            add(
                .ok(
                    .ledger,
                    "\(path) is sound; it remembers \(Quantity.count(delivered, "delivered message"))"))
        case .success((let damage?, _))?:
            add(.failure(.ledger, LedgerError.corrupt(path: path, detail: damage)))
        case .failure(let error as LedgerError)?:
            if case .older = error {
                let failure = Failure(error)
                add(.warning(.ledger, "\(error)", mends: failure.complaints.flatMap(\.hints)))
            } else {
                add(.failure(.ledger, error))
            }
        case .failure(let error)?: add(.failure(.ledger, error))
        case nil:
            add(
                .warning(
                    .ledger,
                    "\(path) opens; its examination takes longer than \(Quantity.time(limit))",
                    mends: ["examine it while the daemon is stopped: sqlite3 \(path) 'PRAGMA quick_check'"]))
        }
    }

    /// Who else works with this configuration.
    private func checkInstance(_ folder: String) {
        let holder = SQLiteLedger.holder(of: folder)
        let holderID = holder?.firstMatch(of: /process (\d+)/).flatMap { Int($0.output.1) }
        let others = RunningMailscope.all().filter {
            $0.pid != holderID && $0.usesFile(configuration.file)
        }
        if let other = others.first {
            return add(
                .warning(
                    .instance,
                    "process \(other.pid) runs '\(other.words)' with this configuration and has not got its state directory",
                    mends: ["two must not share a mailbox and an app: stop one of them"]))
        }
        add(
            .ok(
                .instance,
                holder.map { "\($0), has the state directory; a second 'run' or 'fetch' would be refused" }
                    ?? "nobody else has the state directory"))
    }
}
