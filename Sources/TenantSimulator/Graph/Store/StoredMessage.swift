/// One message in a mailbox: its state, and where its content comes from.
struct StoredMessage: Sendable {
    /// The counter in its immutable id: stays.
    let key: Int
    /// The counter in its default id: a move gives a new one.
    var item: Int
    var folder: Int
    let received: UTCTime
    /// The counter in its change key.
    var version: Int
    /// Does not follow `isRead`. Source: the sheet on Graph, "ETag / changeKey".
    var modified: UTCTime
    var isRead: Bool
    var isCorrupt = false
    let source: MessageSource
}

/// A place in a list sorted by time of receipt; messages of one second are in order of their keys.
struct ReceivedEntry: Sendable, Comparable {
    let received: UTCTime
    let key: Int

    static func < (left: ReceivedEntry, right: ReceivedEntry) -> Bool {
        left.received == right.received ? left.key < right.key : left.received < right.received
    }
}

/// Messages sorted by time of receipt, oldest first.
struct ReceivedIndex: Sendable {
    private(set) var entries: [ReceivedEntry] = []

    /// The first place whose entry is not less than `entry`.
    func place(of entry: ReceivedEntry) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first place received at or after `time`.
    func place(of time: UTCTime) -> Int { place(of: ReceivedEntry(received: time, key: -1)) }

    mutating func insert(_ entry: ReceivedEntry) {
        if let last = entries.last, entry < last {
            entries.insert(entry, at: place(of: entry))
        } else {
            entries.append(entry)
        }
    }

    mutating func remove(_ entry: ReceivedEntry) {
        let place = place(of: entry)
        if place < entries.count, entries[place] == entry { entries.remove(at: place) }
    }
}
