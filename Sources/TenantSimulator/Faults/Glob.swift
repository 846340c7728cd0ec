/// A pattern in which `*` stands for any text, slashes included. Everything else stands for itself, in any case.
package struct Glob: Sendable, Equatable {
    private let parts: [[UInt8]]

    package init(_ pattern: String) {
        parts = pattern.lowercased().split(separator: "*", omittingEmptySubsequences: false)
            .map { Array($0.utf8) }
    }

    /// Whether all of `text` fits.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.lowercased().utf8)
        guard let first = parts.first, let last = parts.last, text.starts(with: first) else { return false }
        guard parts.count > 1 else { return text.count == first.count }
        guard text.count >= first.count + last.count, text.suffix(last.count).elementsEqual(last) else {
            return false
        }
        // The leftmost place of each middle part is as good as any.
        var rest = text[first.count..<(text.count - last.count)]
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard rest.count >= part.count,
                let start = (rest.startIndex...(rest.endIndex - part.count)).first(where: {
                    rest[$0..<($0 + part.count)].elementsEqual(part)
                })
            else { return false }
            rest = rest[(start + part.count)...]
        }
        return true
    }
}
