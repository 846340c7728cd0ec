/// Two columns of facts, or several of a list, aligned for a person.
enum Table {
    /// `name   value`, a line a fact; a fact without a value is left out.
    static func facts(_ rows: [(String, String?)]) -> String {
        let rows = rows.compactMap { name, value in value.map { [name, $0] } }
        return aligned(rows)
    }

    /// A heading and rows, all columns but the last as wide as their widest cell.
    static func list(_ heading: [String], _ rows: [[String]]) -> String { aligned([heading] + rows) }

    private static func aligned(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.compactMap { $0.indices.contains(column) ? $0[column].count : nil }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
