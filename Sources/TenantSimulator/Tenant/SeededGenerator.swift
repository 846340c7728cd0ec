/// SplitMix64: the same seed gives the same tenant.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A GUID of version 4, in lower case.
    package mutating func guid() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let high = next()
        let low = next()
        var text: [UInt8] = []
        for index in 0..<32 {
            if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
            let source = index < 16 ? high : low
            var nibble = UInt8(truncatingIfNeeded: source >> UInt64(4 * (index % 16))) & 15
            if index == 12 { nibble = 4 }
            if index == 16 { nibble = nibble & 3 | 8 }
            text.append(digits[Int(nibble)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// GUIDs in their usual writing.
package enum GUID {
    /// Whether `text` is 8-4-4-4-12 hexadecimal digits.
    package static func isValid(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy {
                $0.utf8.allSatisfy {
                    UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                        || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 32
                }
            }
    }
}
