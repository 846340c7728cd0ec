extension Collection<String> {
    /// The one that `word` was probably meant to be; nil where none is near enough to be worth saying.
    func nearest(to word: String) -> String? {
        let near = map { ($0, $0.distance(to: word)) }.min { $0.1 < $1.1 }
        if let (name, distance) = near, distance <= 2, distance < Swift.min(name.count, word.count) {
            return name
        }
        let starting = word.count > 1 ? filter { $0.hasPrefix(word) } : []
        return starting.count == 1 ? starting[0] : nil
    }
}

extension String {
    /// Levenshtein's distance, in characters.
    func distance(to other: String) -> Int {
        let other = Array(other)
        var row = Array(0...other.count)
        for (i, a) in self.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in other.enumerated() {
                let above = row[j + 1]
                row[j + 1] = a == b ? diagonal : Swift.min(diagonal, above, row[j]) + 1
                diagonal = above
            }
        }
        return row[other.count]
    }
}
