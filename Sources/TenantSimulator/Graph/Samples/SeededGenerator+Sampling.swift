import Glibc

extension SeededGenerator {
    /// A number in `0..<bound`; the bias is far below what anybody sees.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// One of `choices`, which must not be empty.
    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    /// A log-normally distributed size, as those of mail are.
    mutating func logNormal(median: Double, sigma: Double, limit: Int) -> Int {
        let first = (Double(next() >> 11) + 1) / 9_007_199_254_740_992
        let second = Double(next() >> 11) / 9_007_199_254_740_992
        let normal = (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
        return Swift.min(Int(median * exp(sigma * normal)), limit)
    }

    /// `count` bytes, for ids and the like.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
