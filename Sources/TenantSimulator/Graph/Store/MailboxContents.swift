/// The folders and messages of one mailbox. Not shared: the store guards it.
struct MailboxContents: Sendable {
    let ids: ExchangeIDs
    private(set) var folders: [MailFolder]
    /// By key; nil where deleted for good.
    private(set) var messages: [StoredMessage?] = []
    /// The key of each item counter that was ever given.
    private(set) var keys: [Int] = []
    private(set) var index = ReceivedIndex()
    /// Counts what changed, for delta rounds.
    private(set) var sequence = 0
    private(set) var folderChanges: [(sequence: Int, folder: Int)] = []
    private var version = 0x1000

    init(guid: String) {
        ids = ExchangeIDs(guid: guid)
        folders = MailFolder.standard.enumerated().map { number, standard in
            MailFolder(
                number: number, displayName: standard.displayName, parent: number == 0 ? nil : 0,
                wellKnownName: standard.wellKnownName, isHidden: standard.isHidden)
        }
    }

    func message(key: Int) -> StoredMessage? {
        messages.indices.contains(key) ? messages[key] : nil
    }

    /// The message with this default id, unless it has moved since.
    func message(item: Int, folder: Int) -> StoredMessage? {
        guard keys.indices.contains(item), let message = message(key: keys[item]), message.item == item else {
            return nil
        }
        return message.folder == folder ? message : nil
    }

    func folder(_ number: Int) -> MailFolder? {
        folders.indices.contains(number) && !folders[number].isDeleted ? folders[number] : nil
    }

    func folder(wellKnownName name: String) -> MailFolder? {
        let name = name.lowercased() == "root" ? "msgfolderroot" : name.lowercased()
        return folders.first { $0.wellKnownName == name }
    }

    /// A folder by its path of display names (`Inbox/Projects`) or its well-known name, in any case.
    func folder(path: String) -> MailFolder? {
        if let folder = folder(wellKnownName: path) { return folder }
        var current: MailFolder? = folders[0]
        for name in path.split(separator: "/") {
            current = children(of: current?.number ?? 0).first {
                $0.displayName.lowercased() == name.lowercased() || $0.wellKnownName == name.lowercased()
            }
            if current == nil { return nil }
        }
        return current
    }

    func children(of number: Int) -> [MailFolder] { folders.filter { $0.parent == number && !$0.isDeleted } }

    mutating func addFolder(_ name: String, under parent: Int) -> Int {
        let number = folders.count
        folders.append(MailFolder(number: number, displayName: name, parent: parent, wellKnownName: nil))
        noteFolder(number)
        return number
    }

    mutating func renameFolder(_ number: Int, to name: String) {
        folders[number].displayName = name
        noteFolder(number)
    }

    /// Deletes a folder and all that is in it.
    mutating func deleteFolder(_ number: Int) {
        for child in children(of: number) { deleteFolder(child.number) }
        for entry in folders[number].index.entries { delete(key: entry.key) }
        folders[number].isDeleted = true
        noteFolder(number)
    }

    mutating func add(_ source: MessageSource, received: UTCTime, isRead: Bool, folder: Int) -> Int {
        let key = messages.count
        version += 1
        let message = StoredMessage(
            key: key, item: keys.count, folder: folder, received: received, version: version,
            modified: received,
            isRead: isRead, source: source)
        keys.append(key)
        messages.append(message)
        index.insert(ReceivedEntry(received: received, key: key))
        enter(message, .created)
        return key
    }

    /// Moves a message: a new default id, the same immutable one.
    mutating func move(key: Int, to folder: Int, at time: UTCTime) {
        guard var message = message(key: key) else { return }
        leave(message)
        version += 1
        (message.folder, message.item) = (folder, keys.count)
        (message.version, message.modified) = (version, time)
        keys.append(key)
        messages[key] = message
        enter(message, .created)
    }

    mutating func delete(key: Int) {
        guard let message = message(key: key) else { return }
        leave(message)
        index.remove(ReceivedEntry(received: message.received, key: key))
        messages[key] = nil
    }

    mutating func setRead(key: Int, _ isRead: Bool) {
        guard var message = message(key: key), message.isRead != isRead else { return }
        version += 1
        message.isRead = isRead
        message.version = version
        messages[key] = message
        folders[message.folder].unread += isRead ? -1 : 1
        note(message, .readState)
    }

    /// Marks a message as changed otherwise (categories, flag): it comes whole in the next delta round.
    mutating func touch(key: Int, at time: UTCTime) {
        guard var message = message(key: key) else { return }
        version += 1
        (message.version, message.modified) = (version, time)
        messages[key] = message
        note(message, .updated)
    }

    mutating func setCorrupt(key: Int, _ isCorrupt: Bool) {
        if message(key: key) != nil { messages[key]?.isCorrupt = isCorrupt }
    }

    mutating func follow(folder: Int) { folders[folder].isFollowed = true }

    private mutating func enter(_ message: StoredMessage, _ kind: MailFolder.Change.Kind) {
        folders[message.folder].index.insert(ReceivedEntry(received: message.received, key: message.key))
        if !message.isRead { folders[message.folder].unread += 1 }
        note(message, kind)
    }

    private mutating func leave(_ message: StoredMessage) {
        folders[message.folder].index.remove(ReceivedEntry(received: message.received, key: message.key))
        if !message.isRead { folders[message.folder].unread -= 1 }
        note(message, .removed)
    }

    private mutating func note(_ message: StoredMessage, _ kind: MailFolder.Change.Kind) {
        sequence += 1
        guard folders[message.folder].isFollowed else { return }
        folders[message.folder].changes.append(
            MailFolder.Change(sequence: sequence, key: message.key, item: message.item, kind: kind))
    }

    private mutating func noteFolder(_ number: Int) {
        sequence += 1
        folderChanges.append((sequence, number))
    }
}
