/// Where a delta walk stands, inside the token that the client carries. Opaque to clients: two parts and one dot.
///
/// It remembers the options of the first request, and no headers. Source: §2.2.
struct DeltaToken: Sendable, Equatable {
    enum Phase: Int, Sendable {
        /// Everything there is.
        case initial
        /// What changed since `from`, up to `upTo`.
        case changes
        /// Between two rounds: a deltaLink's.
        case rest
    }

    var walk: Int
    var generation: Int
    var phase = Phase.initial
    /// The folder's number; -1 for the walk over folders.
    var folder: Int
    /// The store's sequence when this round's predecessor ended.
    var from: Int
    var upTo = 0
    /// The last entry told in the first round.
    var received = Int.max
    var key = Int.max
    /// Entries told in this round.
    var told = 0
    var hasBegun = false
    /// The first request's query.
    var query: String

    var text: String {
        let numbers = [
            walk, generation, phase.rawValue, folder, from, upTo, received, key, told, hasBegun ? 1 : 0,
        ]
        let plain = numbers.map { String($0, radix: 36) }.joined(separator: ",") + "," + query
        let padded = plain + String(repeating: " ", count: Swift.max(0, 111 - plain.utf8.count))
        let first = Self.encode(Array(padded.utf8))
        return first + "." + Self.check(first)
    }

    init(walk: Int, generation: Int, folder: Int, from: Int, query: String) {
        self.walk = walk
        self.generation = generation
        self.folder = folder
        self.from = from
        self.query = query
    }

    /// - Returns: nil for what this service did not write.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.check(String(parts[0])) == parts[1] else { return nil }
        let padding = String(repeating: "=", count: (4 - parts[0].utf8.count % 4) % 4)
        guard let bytes = ExchangeAlphabet.decode(parts[0] + padding) else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self).split(
            separator: ",", maxSplits: 10, omittingEmptySubsequences: false)
        let numbers = fields.prefix(10).compactMap { Int($0, radix: 36) }
        guard fields.count == 11, numbers.count == 10, let phase = Phase(rawValue: numbers[2]) else {
            return nil
        }
        self.init(
            walk: numbers[0], generation: numbers[1], folder: numbers[3], from: numbers[4],
            query: fields[10].trimmingBlanks())
        (self.phase, upTo, received, key) = (phase, numbers[5], numbers[6], numbers[7])
        (told, hasBegun) = (numbers[8], numbers[9] == 1)
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        ExchangeAlphabet.encode(bytes).replacing("=", with: "")
    }

    private static func check(_ text: String) -> String {
        var random = SeededGenerator(seed: stableHash(text))
        return encode(random.bytes(36))
    }
}
