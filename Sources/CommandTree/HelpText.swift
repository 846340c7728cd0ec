/// Text of at most 80 columns: headings, paragraphs, and tables of two columns.
struct HelpText {
    private(set) var text = ""
    private let width = 80

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func heading(_ heading: String) {
        line("")
        line(heading)
    }

    mutating func paragraph(_ paragraph: String, indent: Int = 0) {
        let margin = String(repeating: " ", count: indent)
        for line in wrap(paragraph, width: width - indent) { self.line(margin + line) }
    }

    /// A heading and its rows; nothing where there are no rows. A first cell too wide for its column gets a line.
    mutating func table(_ heading: String, _ rows: [(String, String)]) {
        guard !rows.isEmpty else { return }
        self.heading(heading)
        let column = Swift.min(rows.map(\.0.count).max() ?? 0, 26)
        let margin = String(repeating: " ", count: column + 4)
        for (left, right) in rows {
            var lines = wrap(right, width: width - column - 4)[...]
            if left.count > column {
                line("  " + left)
            } else {
                let padding = String(repeating: " ", count: column - left.count + 2)
                line("  " + left + padding + (lines.popFirst() ?? ""))
            }
            for line in lines { self.line(margin + line) }
        }
    }

    private func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
