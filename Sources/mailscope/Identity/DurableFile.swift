import FoundationEssentials
import LinuxHost

/// Bytes that are on disk under a name of their own, and take their real name in one step.
final class DurableFile {
    private let temporary: String
    private var isTaken = false

    /// Writes `bytes` into the directory of `path`, all of them, and waits until the disk has them.
    ///
    /// - Throws: ``FileError``; nothing stays behind then.
    init(_ bytes: [UInt8], beside path: String, mode: UInt32) throws(FileError) {
        let random = UInt64.random(in: .min ... .max)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        temporary = "\(FileSystem.parent(of: path))/.\(name).\(String(random, radix: 36))"
        let file = try File.create(temporary, mode: mode)
        do throws(FileError) {
            try file.write(bytes[...])
            try file.sync()
        } catch {
            _ = try? FileSystem.remove(temporary)
            throw error
        }
    }

    deinit { if !isTaken { _ = try? FileSystem.remove(temporary) } }

    /// Removes what runs that were killed have left of `path`; those of a run that is under way are young.
    static func removeLeftovers(of path: String, now: Date) {
        let folder = FileSystem.parent(of: path)
        let prefix = ".\(path.split(separator: "/").last ?? "")."
        let drafts = try? FileSystem.names(in: folder) {
            $0.hasPrefix(prefix) && $0.utf8.count > prefix.utf8.count + 8
        }
        for draft in drafts ?? [] {
            guard let facts = try? FileSystem.facts(of: "\(folder)/\(draft)"), facts.kind == .regular,
                facts.owner == ProcessFacts.user, Int(now.timeIntervalSince1970) - facts.modified > 60
            else { continue }
            _ = try? FileSystem.remove("\(folder)/\(draft)")
        }
    }

    /// Gives it its name, durably.
    ///
    /// - Throws: ``Failure`` where the name is taken, unless it `overwrites`; ``FileError``.
    func take(_ path: String, overwrites: Bool) throws {
        do throws(FileError) {
            if overwrites {
                try FileSystem.rename(temporary, to: path)
                isTaken = true
            } else {
                // Not a rename: that would replace what came there meanwhile.
                try FileSystem.link(temporary, as: path)
            }
        } catch {
            if error.code == .exists { throw NewIdentity.taken(path) }
            throw error
        }
        if !isTaken {
            try FileSystem.remove(temporary)
            isTaken = true
        }
        try FileSystem.syncDirectory(FileSystem.parent(of: path))
    }
}
