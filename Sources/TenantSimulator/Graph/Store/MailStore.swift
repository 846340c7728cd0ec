internal import FoundationEssentials
import Synchronization

/// What lies in the tenant's mailboxes. Mailboxes are named by their object id, and exist (with the standard folders)
/// as soon as somebody asks.
///
/// Messages are named by their immutable ids, folders by well-known name (`inbox`) or by a path of display names
/// (`Inbox/Projects`), in any case.
package final class MailStore: Sendable {
    private let state = Mutex<[String: MailboxContents]>([:])
    private let tokens = Mutex(SyncStates())

    package init() {}

    /// Reads or changes a mailbox while nobody else does.
    func with<Result: Sendable>(_ mailbox: String, _ body: (inout MailboxContents) -> sending Result)
        -> Result
    {
        let mailbox = mailbox.lowercased()
        return state.withLock { body(&$0[mailbox, default: MailboxContents(guid: mailbox)]) }
    }

    func withTokens<Result: Sendable>(_ body: (inout SyncStates) -> sending Result) -> Result {
        tokens.withLock { body(&$0) }
    }

    /// Makes a folder (`Inbox/Projects/2025`), and those above it that are not there yet.
    ///
    /// - Returns: the folder's id.
    @discardableResult
    package func addFolder(_ path: String, in mailbox: String) -> String {
        with(mailbox) { contents in contents.ids.folder(contents.folderNumber(making: path)) }
    }

    /// - Returns: nil where there is no such folder.
    package func folderID(_ path: String, in mailbox: String) -> String? {
        with(mailbox) { contents in contents.folder(path: path).map { contents.ids.folder($0.number) } }
    }

    /// Renames a folder; false where it is not there.
    @discardableResult
    package func renameFolder(_ path: String, to name: String, in mailbox: String) -> Bool {
        with(mailbox) { contents in
            guard let folder = contents.folder(path: path) else { return false }
            contents.renameFolder(folder.number, to: name)
            return true
        }
    }

    /// Deletes a folder with its messages; false where it is not there, or is one that every mailbox has.
    @discardableResult
    package func deleteFolder(_ path: String, in mailbox: String) -> Bool {
        with(mailbox) { contents in
            guard let folder = contents.folder(path: path), folder.wellKnownName == nil else { return false }
            contents.deleteFolder(folder.number)
            return true
        }
    }

    /// Adds a message of given MIME, received at `received` or else at the header's date, or in 1970.
    ///
    /// - Returns: its immutable id.
    @discardableResult
    package func add(
        mime: [UInt8], to folder: String = "inbox", of mailbox: String, received: UTCTime? = nil,
        isRead: Bool = false
    ) -> String {
        let message = HeldMessage.parsed(mime, stored: .bytes(mime))
        let time = received ?? message.content.sent ?? UTCTime(seconds: 0)
        return add(.held(message), to: folder, of: mailbox, received: time, isRead: isRead)
    }

    /// Adds one generated message.
    ///
    /// - Returns: its immutable id.
    @discardableResult
    package func addGenerated(
        seed: UInt64, to folder: String = "inbox", of mailbox: String, received: UTCTime, isRead: Bool = false
    ) -> String {
        add(.generated(seed: seed), to: folder, of: mailbox, received: received, isRead: isRead)
    }

    /// Adds a message whose MIME has `size` bytes (at least about 300), made while it is sent.
    ///
    /// - Returns: its immutable id.
    @discardableResult
    package func addGenerated(
        size: Int, to folder: String = "inbox", of mailbox: String, received: UTCTime, isRead: Bool = false
    ) -> String {
        let author = MailAddress(name: "Large Sender", address: "large@contoso.test")
        let message = SizedMessage(
            size: size, number: UInt64(size), from: author,
            to: MailAddress(name: "", address: "reader@contoso.test"))
        return add(.sized(message), to: folder, of: mailbox, received: received, isRead: isRead)
    }

    func add(_ source: MessageSource, to folder: String, of mailbox: String, received: UTCTime, isRead: Bool)
        -> String
    {
        with(mailbox) { contents in
            let number = contents.folderNumber(making: folder)
            return contents.ids.immutable(
                key: contents.add(source, received: received, isRead: isRead, folder: number))
        }
    }

    /// Adds every file `*.eml` of a folder, in order of their names, received at their `Date`, or when they were
    /// changed last where that makes no sense or lies in the future.
    ///
    /// - Returns: the immutable ids.
    /// - Throws: what the file system says where the folder cannot be read.
    @discardableResult
    package func addFiles(of directory: String, to folder: String = "inbox", of mailbox: String) throws
        -> [String]
    {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return try names.filter { $0.lowercased().hasSuffix(".eml") }.sorted().map { name in
            let path = directory + "/" + name
            let mime = [UInt8](try Data(contentsOf: URL(filePath: path)))
            let message = HeldMessage.parsed(mime, stored: .file(path))
            let changed = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            let stored = UTCTime(seconds: Int((changed?.timeIntervalSince1970 ?? 0).rounded(.down)))
            let now = UTCTime(seconds: Int(Date().timeIntervalSince1970))
            let received = message.content.sent.flatMap { $0 <= now ? $0 : nil } ?? stored
            return add(.held(message), to: folder, of: mailbox, received: received, isRead: false)
        }
    }

    /// The immutable ids of all messages of a mailbox, or of one folder, oldest first.
    package func messageIDs(of mailbox: String, in folder: String? = nil) -> [String] {
        with(mailbox) { contents in
            let index = folder.map { contents.folder(path: $0)?.index ?? ReceivedIndex() } ?? contents.index
            return index.entries.map { contents.ids.immutable(key: $0.key) }
        }
    }

    /// How many messages a mailbox holds.
    package func count(of mailbox: String) -> Int { with(mailbox) { $0.index.entries.count } }

    /// What `$value` answers for a message (named by either form of its id), whole.
    ///
    /// - Returns: nil where there is none.
    package func mime(of id: String, in mailbox: String) -> [UInt8]? {
        guard let message = with(mailbox, { $0.message(id: id) }),
            let body = message.source.mime(received: message.received)
        else { return nil }
        switch body {
        case .bytes(let bytes): return bytes
        case .generated(let count, let make): return make(0..<count)
        }
    }

    /// Moves a message, named by either form of its id, which gives it a new default id; `time` is its new
    /// `lastModifiedDateTime`, which else stays.
    ///
    /// - Returns: false where there is no such message or folder.
    @discardableResult
    package func move(_ id: String, to folder: String, in mailbox: String, at time: UTCTime? = nil) -> Bool {
        with(mailbox) { contents in
            guard let message = contents.message(id: id), let folder = contents.folder(path: folder) else {
                return false
            }
            contents.move(key: message.key, to: folder.number, at: time ?? message.modified)
            return true
        }
    }

    /// Deletes a message for good.
    @discardableResult
    package func delete(_ id: String, in mailbox: String) -> Bool {
        change(id, mailbox) { $0.delete(key: $1.key) }
    }

    @discardableResult
    package func setRead(_ id: String, _ isRead: Bool, in mailbox: String) -> Bool {
        change(id, mailbox) { $0.setRead(key: $1.key, isRead) }
    }

    /// Changes a message in a way that nobody sees but by its change key: it comes again in delta rounds.
    @discardableResult
    package func touch(_ id: String, in mailbox: String, at time: UTCTime) -> Bool {
        change(id, mailbox) { $0.touch(key: $1.key, at: time) }
    }

    /// Makes every request fail with 500 that would give more of this message than its ids and times.
    @discardableResult
    package func corrupt(_ id: String, in mailbox: String, _ isCorrupt: Bool = true) -> Bool {
        change(id, mailbox) { $0.setCorrupt(key: $1.key, isCorrupt) }
    }

    /// Forgets every delta walk: each link answers 410 `SyncStateNotFound` from now on.
    package func expireDeltaTokens() { withTokens { $0.forgetAll() } }

    private func change(
        _ id: String, _ mailbox: String, _ body: (inout MailboxContents, StoredMessage) -> Void
    ) -> Bool {
        with(mailbox) { contents in
            guard let message = contents.message(id: id) else { return false }
            body(&contents, message)
            return true
        }
    }
}

extension MailboxContents {
    /// A message by either form of its id.
    func message(id: String) -> StoredMessage? {
        switch ids.parse(id) {
        case .success(.item(let item, let folder)): message(item: item, folder: folder)
        case .success(.key(let key)): message(key: key)
        default: nil
        }
    }

    /// The folder of this path, made where it is not there.
    mutating func folderNumber(making path: String) -> Int {
        if let folder = folder(path: path) { return folder.number }
        var (current, walked) = (0, "")
        for name in path.split(separator: "/") {
            walked += walked.isEmpty ? String(name) : "/\(name)"
            current = folder(path: walked)?.number ?? addFolder(String(name), under: current)
        }
        return current
    }
}
