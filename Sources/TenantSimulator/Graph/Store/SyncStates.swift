/// What the service remembers of delta walks: for each the newest generations of its token.
///
/// Source: the sheet on Graph, "Guarantees and faults" (a window of 3 to 4 generations).
struct SyncStates: Sendable {
    private var walks: [Int: [Int]] = [:]
    private var next = 1
    /// The generation of a walk's first token.
    static let first = 100

    /// Begins a walk.
    mutating func begin() -> Int {
        next += 1
        walks[next] = [Self.first]
        return next
    }

    /// Spends a token of `generation`.
    ///
    /// - Returns: the generation of the token to give; nil where this one is too old or unknown.
    mutating func advance(walk: Int, from generation: Int) -> Int? {
        guard var known = walks[walk], known.contains(generation), let highest = known.last else {
            return nil
        }
        known.append(highest + 1)
        walks[walk] = known.suffix(4)
        return highest + 1
    }

    /// As the service lists them: the highest, then those it has.
    func listing(walk: Int) -> String {
        guard let known = walks[walk], let highest = known.last else { return "" }
        return "[highest=\(highest)]" + ([highest] + known.dropLast()).map { "[\($0)]" }.joined()
    }

    mutating func forgetAll() { walks = [:] }
}
