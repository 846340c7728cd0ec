internal import LinuxHost
internal import MailscopeKit
internal import Synchronization

/// The work of ``JSONLinesSink`` on a file. Calls block.
final class JSONLinesFile: Sendable {
    private let path: String
    private let rotation: JSONLinesSink.Rotation?
    private let opened = Mutex<File?>(nil)

    /// How far back repeated messages are looked for, in bytes: more than was under way at any crash.
    static let lookBack = 64 << 20
    /// How much is read at once, in bytes.
    private static let piece = 1 << 20
    /// From how many bytes on lines are written. Little, so that they stay in the processor's cache.
    private static let writePiece = 128 << 10

    init(path: String, rotation: JSONLinesSink.Rotation?) {
        self.path = path
        self.rotation = rotation
    }

    func prepare() throws(JSONLinesFault) {
        try opened.withLock { opened throws(JSONLinesFault) in _ = try self.open(&opened) }
    }

    /// Gives up the file and its lock, until it is opened again.
    func close() { opened.withLock { $0 = nil } }

    /// Looks whether what is there would be written to, and changes nothing. Whose lock it has is not asked.
    func examine() throws(JSONLinesFault) {
        guard try attempt({ () throws(FileError) in try FileSystem.facts(of: path) }) != nil else { return }
        let file = try attempt { () throws(FileError) in try File.open(path, for: .reading) }
        guard try attempt({ () throws(FileError) in try file.facts() }).kind == .regular else {
            throw Self.irregular(path)
        }
        // What a crash left torn is mended when it is opened; the rest of it is too long to read.
        let first = try attempt { () throws(FileError) in try file.read(at: 0, limit: 1) }.first
        if let first, first != UInt8(ascii: "{"), first != 0 { throw Self.foreign(path) }
    }

    private static func irregular(_ path: String) -> JSONLinesFault {
        .unsuitable("\(path) is not a regular file", hint: nil)
    }

    private static func foreign(_ path: String) -> JSONLinesFault {
        .unsuitable("\(path) does not begin with JSON", hint: "is it the right file? Move it away")
    }

    /// Appends those of `messages` that are not there yet, durably. Where it fails, what it wrote to the file is cut off
    /// again; what it wrote to a file that is put aside by now is found when the messages come again.
    func append(_ messages: [DeliverableMessage]) throws(JSONLinesFault) {
        guard !messages.isEmpty else { return }
        try opened.withLock { opened throws(JSONLinesFault) in
            var start = Int.max
            do throws(JSONLinesFault) {
                try self.append(messages, to: &opened, from: &start)
            } catch {
                if let file = opened, let size = try? file.facts().size, size > start {
                    try? file.truncate(to: start)
                }
                opened = nil  // looked at afresh the next time
                throw error
            }
        }
    }

    private func append(
        _ messages: [DeliverableMessage], to opened: inout File?, from start: inout Int
    ) throws(JSONLinesFault) {
        var file = try open(&opened)
        var size = try attempt { () throws(FileError) in try file.facts().size }
        start = size
        let doubtful = Set(messages.filter(\.mayBeRepeated).map(\.id.text))
        var settled = try attempt { () throws(FileError) in try present(among: doubtful, in: file, size: size)
        }
        var unwritten: [UInt8] = []
        for message in messages where settled.insert(message.id.text).inserted {
            let length = JSONLine.size(of: message)
            if let rotation, size > 0, size + length > rotation.limit {
                try attempt { () throws(FileError) in
                    try file.write(unwritten[...])
                    try file.syncData()
                }
                unwritten = []
                try attempt { () throws(FileError) in try putAside(keep: rotation.keep) }
                opened = nil
                file = try open(&opened)
                size = 0
                start = 0
            }
            JSONLine.append(message, to: &unwritten)
            size += length
            if unwritten.count >= Self.writePiece {
                try attempt { () throws(FileError) in try file.write(unwritten[...]) }
                unwritten.removeAll(keepingCapacity: true)
            }
        }
        try attempt { () throws(FileError) in
            try file.write(unwritten[...])
            try file.syncData()
        }
    }

    /// The file, ready for a whole line: opened anew where another program put it aside.
    private func open(_ opened: inout File?) throws(JSONLinesFault) -> File {
        if let file = opened {
            let isThere = try attempt { () throws(FileError) in
                try FileSystem.facts(of: path)?.isSameFile(as: file.facts()) == true
            }
            if isThere { return file }
            opened = nil
        }
        let file = try attempt { () throws(FileError) in try File.open(path, for: .appending) }
        let facts = try attempt { () throws(FileError) in try file.facts() }
        guard facts.kind == .regular else { throw Self.irregular(path) }
        guard try attempt({ () throws(FileError) in try file.lock() }) else {
            throw .unsuitable(
                "\(path) is in use by another process", hint: "give each daemon a file of its own")
        }
        if facts.size == 0 {
            try attempt { () throws(FileError) in try FileSystem.syncDirectory(FileSystem.parent(of: path)) }
        }
        try mendEnd(of: file, size: facts.size)
        // A key, say, or a configuration: its last line may well have its end.
        if let first = try attempt({ () throws(FileError) in try file.read(at: 0, limit: 1) }).first,
            first != UInt8(ascii: "{")
        {
            throw Self.foreign(path)
        }
        opened = file
        return file
    }

    /// Cuts the line that a crash left torn, or ends it where only its line break is missing.
    private func mendEnd(of file: File, size: Int) throws(JSONLinesFault) {
        var tail: [UInt8] = []
        var start = size
        while start > 0 {
            let from = max(0, start - Self.piece)
            let piece = try attempt { () throws(FileError) in try file.read(at: from, limit: start - from) }
            if let end = piece.lastIndex(of: JSONLine.lineFeed) {
                tail = Array(piece[(end + 1)...]) + tail
                start = from + end + 1
                break
            }
            tail = piece + tail
            start = from
        }
        guard let first = tail.first else { return }
        if JSONLine.isWhole(tail[...]) {
            try attempt { () throws(FileError) in
                try file.write([JSONLine.lineFeed])
                try file.syncData()
            }
        } else if first == UInt8(ascii: "{") || first == 0 {
            // Zeros are what some file systems leave where a write did not reach the disk.
            try attempt { () throws(FileError) in try file.truncate(to: start) }
        } else {
            throw .unsuitable(
                "the last line of \(path) is not JSON",
                hint: "is it the right file? Move it away, or end its last line")
        }
    }

    /// Which of `ids` have a whole line at the end of what was written, in the file or in those put aside; those are
    /// durable then. A batch may lie over several files.
    private func present(
        among ids: Set<String>, in file: File, size: Int
    ) throws(FileError) -> Set<String> {
        guard !ids.isEmpty else { return [] }
        var found: Set<String> = []
        try Self.find(ids, in: file, size: size, lookingBack: Self.lookBack, found: &found)
        try file.syncData()
        var left = Self.lookBack - size
        var number = 1
        var gaps = 0
        // A crash between two renames leaves a number free.
        while found.count < ids.count, left > 0, gaps < 2 {
            let older = "\(path).\(number)"
            number += 1
            guard try FileSystem.facts(of: older)?.kind == .regular else {
                gaps += 1
                continue
            }
            let file = try File.open(older, for: .reading)
            let size = try file.facts().size
            try Self.find(ids, in: file, size: size, lookingBack: left, found: &found)
            try file.syncData()
            left -= size
        }
        return found
    }

    private static func find(
        _ ids: Set<String>, in file: File, size: Int, lookingBack limit: Int, found: inout Set<String>
    ) throws(FileError) {
        var offset = max(0, size - limit)
        // The first line may have begun before.
        var isInside = offset > 0
        var line: [UInt8] = []
        while offset < size, found.count < ids.count {
            let bytes = try file.read(at: offset, limit: min(piece, size - offset))
            if bytes.isEmpty { return }
            offset += bytes.count
            var rest = bytes[...]
            while let end = rest.firstIndex(of: JSONLine.lineFeed) {
                if !isInside {
                    line += rest[..<end]
                    if let id = JSONLine.id(in: line[...]), ids.contains(id) { found.insert(id) }
                }
                isInside = false
                line.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            if !isInside { line += rest }
        }
    }

    /// Renames the file to `.1`, and each older one to the next number, up to the first that is free. So a crash in
    /// between leaves a gap that the next time fills, and loses none.
    private func putAside(keep: Int?) throws(FileError) {
        var free = 1
        while free < keep ?? .max {
            if try FileSystem.facts(of: "\(path).\(free)") == nil { break }
            free += 1
        }
        for number in stride(from: free - 1, through: 1, by: -1) {
            try FileSystem.rename("\(path).\(number)", to: "\(path).\(number + 1)")
        }
        try FileSystem.rename(path, to: path + ".1")
        try FileSystem.syncDirectory(FileSystem.parent(of: path))
    }

    @discardableResult
    private func attempt<T>(_ body: () throws(FileError) -> T) throws(JSONLinesFault) -> T {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }
}

/// Why lines were not written.
enum JSONLinesFault: Error {
    case file(FileError)
    /// The file is not one to write to.
    case unsuitable(String, hint: String?)
}
