/// A digest over a list of any length, in bounded memory: each piece is hashed together with the digest so far.
struct PlanDigest {
    /// SHA-256, from whoever holds the library.
    let sha256: @Sendable ([UInt8]) -> [UInt8]
    private var value: [UInt8] = []

    init(sha256: @escaping @Sendable ([UInt8]) -> [UInt8]) { self.sha256 = sha256 }

    mutating func update(_ text: String) { value = sha256(value + Array(text.utf8)) }

    /// Hexadecimal, lower case.
    var text: String {
        let digits = Array("0123456789abcdef")
        return String(value.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
