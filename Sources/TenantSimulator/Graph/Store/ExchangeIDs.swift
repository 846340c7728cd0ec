/// The ids of one mailbox's folders, messages, attachments and conversations, laid out as Exchange lays them out.
///
/// Source: the sheet on Graph, "What they look like". A text id is base64 with `/` as `-` and `+` as `_`.
struct ExchangeIDs: Sendable {
    /// What an id names. `item` is the counter in a default id, which a move changes; `key` the one that stays.
    enum Name: Equatable {
        case folder(Int)
        case item(Int, folder: Int)
        case key(Int)
        indirect case attachment(Int, of: Name)
    }

    /// Why an id names nothing here.
    enum Refusal: Error, Equatable {
        case malformed
        case otherMailbox
    }

    /// The mailbox's GUID as text, 36 letters.
    let guid: String
    private let provider: [UInt8]
    private let database: [UInt8]
    private let defaultHead: [UInt8]

    init(guid: String) {
        self.guid = guid
        var random = SeededGenerator(seed: stableHash(guid))
        provider = random.bytes(16)
        database = random.bytes(16)
        let short =
            Array(guid.utf8.prefix(36)) + Array(repeating: 48, count: Swift.max(0, 36 - guid.utf8.count))
        defaultHead = [0x24, 0] + short + [0]
    }

    func message(item: Int, folder: Int) -> String { ExchangeAlphabet.encode(messageBytes(item, folder)) }
    func immutable(key: Int) -> String { ExchangeAlphabet.encode(immutableBytes(key)) }

    func folder(_ folder: Int) -> String { ExchangeAlphabet.encode(folderBytes(folder)) }

    func conversation(_ number: UInt64) -> String {
        var random = SeededGenerator(seed: number)
        return ExchangeAlphabet.encode([0, 4] + defaultHead + [0x10, 0] + random.bytes(16))
    }

    /// The default form, or with no `item` the immutable one.
    func attachment(_ index: Int, key: Int, item: Int?, folder: Int) -> String {
        let message = item.map { messageBytes($0, folder) } ?? immutableBytes(key)
        return ExchangeAlphabet.encode(
            message + [1, 0x10, 0] + [UInt8](repeating: 0, count: 12) + counter(index)[2...])
    }

    /// The change key, standard base64: 30 bytes, the last six a counter.
    func changeKey(_ version: Int) -> String {
        ExchangeAlphabet.encodeStandard([9, 0, 0, 0, 0x16, 0, 0, 0] + provider + counter(version))
    }

    /// What `text` names in this mailbox; whether it exists is for the store to say.
    func parse(_ text: some StringProtocol) -> Result<Name, Refusal> {
        guard let bytes = ExchangeAlphabet.decode(text), bytes.count >= 51 else {
            return .failure(.malformed)
        }
        if bytes[0] == 0, bytes[1] == 9 {
            guard Array(bytes[2..<5]) == [0, 0x2e, 0] else {
                return .failure(.malformed)
            }
            guard Array(bytes[9..<25]) == provider else { return .failure(.otherMailbox) }
            let key = number(bytes, 43)
            guard bytes.starts(with: immutableBytes(key)) else { return .failure(.malformed) }
            return withAttachment(bytes, length: 51, .key(key))
        }
        guard bytes.count >= 89, bytes[0] == 0, bytes[1] == 3, Array(bytes[2..<4]) == [0x24, 0],
            bytes[40] == 0
        else { return .failure(.malformed) }
        guard Array(bytes[..<41].dropFirst(2)) == defaultHead else { return .failure(.otherMailbox) }
        switch (bytes[41], bytes.count) {
        case (0x2e, 89):
            let folder = number(bytes, 81) - 0x0c
            return folder >= 0 && bytes == folderBytes(folder)
                ? .success(.folder(folder)) : .failure(.malformed)
        case (0x46, 113...):
            // One id has one text: a changed letter anywhere makes another id, and there is none.
            let item = number(bytes, 105)
            let folder = number(bytes, 81) - 0x0c
            guard bytes.starts(with: messageBytes(item, folder)) else {
                return .failure(.malformed)
            }
            return withAttachment(bytes, length: 113, .item(item, folder: folder))
        default:
            return .failure(.malformed)
        }
    }

    private func withAttachment(_ bytes: [UInt8], length: Int, _ message: Name) -> Result<Name, Refusal> {
        if bytes.count == length { return .success(message) }
        guard bytes.count == length + 19, Array(bytes[length..<(length + 3)]) == [1, 0x10, 0] else {
            return .failure(.malformed)
        }
        return .success(.attachment(Int(bytes[length + 17]) << 8 | Int(bytes[length + 18]), of: message))
    }

    private func folderBytes(_ folder: Int) -> [UInt8] {
        let entry = [0, 0, 0, 0] + provider + [1, 0] + database + counter(folder + 0x0c) + [0, 0]
        return [0, 3] + defaultHead + [0x2e, 0] + entry
    }

    private func messageBytes(_ item: Int, _ folder: Int) -> [UInt8] {
        var bytes: [UInt8] = [0, 3]
        bytes.reserveCapacity(113)
        bytes += defaultHead
        bytes += [0x46, 0, 0, 0, 0, 0]
        bytes += provider
        bytes += [7, 0]
        bytes += database
        bytes += counter(folder + 0x0c)
        bytes += [0, 0]
        bytes += database
        bytes += counter(item)
        bytes += [0, 0]
        return bytes
    }

    private func immutableBytes(_ key: Int) -> [UInt8] {
        [0, 9, 0, 0x2e, 0, 0, 0, 0, 0] + provider + [7, 0] + database + counter(key) + [0, 0]
    }

    /// Six bytes, the highest first.
    private func counter(_ number: Int) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: number >> 40), UInt8(truncatingIfNeeded: number >> 32),
            UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16),
            UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number),
        ]
    }

    private func number(_ bytes: [UInt8], _ start: Int) -> Int {
        bytes[start..<(start + 6)].reduce(0) { $0 << 8 | Int($1) }
    }
}

/// FNV-1a: the same in every process, unlike `Hasher`.
func stableHash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
