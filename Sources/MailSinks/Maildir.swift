internal import FoundationEssentials
internal import LinuxHost
internal import MailscopeKit
internal import Synchronization

/// The work of ``MaildirSink``. Calls block; one at a time.
final class Maildir: Sendable {
    /// A message that stands whole in `tmp/`.
    struct Staged: Sendable {
        let index: Int
        /// Its name, in `tmp/` as in `new/`.
        let name: String
        let file: File
    }

    private let path: String
    private let syncsFileSystem: Bool
    private let clock: any HostClock
    private let isPrepared = Atomic(false)

    /// Files open at once, well below the usual limit of 1024 for a process.
    static let chunk = 128
    /// What the specification gives a delivery before its leftovers may go.
    static let leftoverAge = 36 * 3600

    init(path: String, syncsFileSystem: Bool, clock: any HostClock) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.syncsFileSystem = syncsFileSystem
        self.clock = clock
    }

    private var tmp: String { path + "/tmp" }
    private var new: String { path + "/new" }
    private var cur: String { path + "/cur" }

    func prepare() throws(FileError) {
        try FileSystem.makeDirectory(path)
        for folder in [tmp, new, cur] {
            try FileSystem.makeDirectory(folder)
            guard FileSystem.isWritable(folder) else {
                throw FileError(action: "write in", path: folder, code: .notPermitted)
            }
        }
        let limit = Int(clock.now.timeIntervalSince1970) - Self.leftoverAge
        for name in try FileSystem.names(in: tmp, where: { MaildirName.key(in: $0) != nil }) {
            guard let facts = try FileSystem.facts(of: tmp + "/" + name), facts.modified < limit else {
                continue
            }
            try FileSystem.remove(tmp + "/" + name)
        }
        isPrepared.store(true, ordering: .relaxed)
    }

    /// Whatever is thrown, nothing of this batch is left in `tmp/`; what was renamed before is found again when the
    /// caller asks with ``DeliverableMessage/mayBeRepeated``.
    func deliver(_ batch: [DeliverableMessage]) throws(FileError) -> [DeliveryOutcome] {
        do throws(FileError) {
            if !isPrepared.load(ordering: .relaxed) { try prepare() }
            return try deliverPrepared(batch)
        } catch {
            // A directory that went away is looked for, and made, the next time.
            isPrepared.store(false, ordering: .relaxed)
            throw error
        }
    }

    private func deliverPrepared(_ batch: [DeliverableMessage]) throws(FileError) -> [DeliveryOutcome] {
        let names = batch.map { MaildirName($0.id, receivedDateTime: $0.receivedDateTime) }
        let doubtful = Set(zip(batch, names).filter { $0.0.mayBeRepeated }.map { $0.1.key })
        var settled = try present(among: doubtful)
        var outcomes = [DeliveryOutcome](repeating: .delivered, count: batch.count)
        var first: [String: Int] = [:]
        var staged: [Staged] = []
        for (index, message) in batch.enumerated() {
            let name = names[index]
            guard message.content == .mime else {
                outcomes[index] = .refused(reason: "a Maildir takes MIME, not \(message.content.rawValue)")
                continue
            }
            if !settled.insert(name.key).inserted {
                if let first = first[name.key] { outcomes[index] = outcomes[first] }
                continue
            }
            first[name.key] = index
            do throws(StageFault) {
                staged.append(try stage(message, at: index, name))
            } catch {
                switch error {
                case .message(let reason): outcomes[index] = .deferred(reason: reason)
                case .maildir(let error):
                    discard(staged[...])
                    throw error
                }
            }
            if staged.count == Self.chunk {
                try finish(staged)
                staged = []
            }
        }
        try finish(staged)
        return outcomes
    }

    /// Which of `keys` have a file in `new/` or `cur/`. A file that is renamed meanwhile by a reader is seen in one of them,
    /// for readers move from the first to the second.
    func present(among keys: Set<String>) throws(FileError) -> Set<String> {
        guard !keys.isEmpty else { return [] }
        var found: Set<String> = []
        for folder in [new, cur] {
            let names = try FileSystem.names(in: folder) { name in
                MaildirName.key(in: name).map { keys.contains(String($0)) } ?? false
            }
            // The run that renamed them may have ended before it made the names durable.
            if !names.isEmpty { try FileSystem.syncDirectory(folder) }
            found.formUnion(names.compactMap { MaildirName.key(in: $0).map(String.init) })
        }
        return found
    }

    /// Why a message does not stand in `tmp/`.
    enum StageFault: Error {
        /// It is this message's own trouble.
        case message(String)
        case maildir(FileError)
    }

    /// Puts a message whole into `tmp/`. Not durable yet.
    func stage(_ message: DeliverableMessage, at index: Int, _ name: MaildirName) throws(StageFault) -> Staged
    {
        switch message.body {
        case .bytes(let bytes):
            let name = name.text(size: bytes.count)
            let file = try create(name)
            do throws(FileError) {
                try file.write(bytes)
            } catch {
                discard(file.path)
                throw .maildir(error)
            }
            return Staged(index: index, name: name, file: file)
        case .file(let source, let size):
            let name = name.text(size: size)
            let file: File
            if let linked = link(source, as: name) {
                file = linked
            } else {
                file = try copy(source, as: name)
            }
            let facts: FileFacts
            do throws(FileError) { facts = try file.facts() } catch {
                discard(file.path)
                throw .maildir(error)
            }
            guard facts.kind == .regular, facts.size == size else {
                discard(file.path)
                throw .message("the spooled file has \(facts.size) bytes instead of \(size)")
            }
            return Staged(index: index, name: name, file: file)
        }
    }

    /// Makes staged messages durable and moves them into `new/`.
    func finish(_ staged: [Staged]) throws(FileError) {
        guard let last = staged.last else { return }
        var published = 0
        do throws(FileError) {
            if syncsFileSystem {
                try last.file.syncFileSystem()
            } else {
                try File.sync(staged.map(\.file))
            }
            for message in staged {
                try FileSystem.rename(tmp + "/" + message.name, to: new + "/" + message.name)
                published += 1
            }
            try FileSystem.syncDirectory(new)
        } catch {
            discard(staged[published...])
            throw error
        }
    }

    /// A new file in `tmp/`; what a killed run left under the name goes.
    private func create(_ name: String) throws(StageFault) -> File {
        do throws(FileError) {
            do throws(FileError) {
                return try File.create(tmp + "/" + name)
            } catch  where error.code == .exists {
                try FileSystem.remove(tmp + "/" + name)
                return try File.create(tmp + "/" + name)
            }
        } catch { throw .maildir(error) }
    }

    /// The spooled file under a second name; nil where that cannot be, on another file system for one.
    private func link(_ source: String, as name: String) -> File? {
        let target = tmp + "/" + name
        _ = try? FileSystem.remove(target)
        guard (try? FileSystem.link(source, as: target)) != nil else { return nil }
        if let file = try? File.open(target, for: .reading) { return file }
        discard(target)
        return nil
    }

    private func copy(_ source: String, as name: String) throws(StageFault) -> File {
        let original: File
        do throws(FileError) { original = try File.open(source, for: .reading) } catch {
            throw .message(error.description)
        }
        let file = try create(name)
        do throws(FileError) {
            _ = try file.append(contentsOf: original)
        } catch {
            discard(file.path)
            throw error.path == source ? .message(error.description) : .maildir(error)
        }
        return file
    }

    private func discard(_ staged: ArraySlice<Staged>) {
        for message in staged { discard(tmp + "/" + message.name) }
    }

    /// Best effort: what stays is overwritten by the next try, or goes when it is old.
    private func discard(_ path: String) { _ = try? FileSystem.remove(path) }
}
