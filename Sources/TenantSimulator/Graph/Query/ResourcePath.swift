/// The path of a request behind the version, key segments and parenthesis keys made alike.
///
/// `/v1.0/users('a@b')//mailFolders/inbox` has the segments `users`, `a@b`, `mailFolders`, `inbox`.
struct ResourcePath: Sendable {
    let segments: [String]

    /// - Throws: what the gateway says to a path that it cannot read.
    init(_ path: some StringProtocol) throws(GraphError) {
        var segments: [String] = []
        for part in path.split(separator: "/") {
            guard let text = PercentText.decode(part) else {
                throw .badRequest("The request URI is malformed.")
            }
            if let open = text.firstIndex(of: "("), text.last == ")" {
                let name = String(text[..<open])
                let key = text[text.index(after: open)...].dropLast()
                segments.append(name)
                if key.isEmpty { continue }  // a function, as delta()
                guard key.count >= 2, key.first == "'", key.last == "'" else { throw .unknownSegment(name) }
                segments.append(String(key.dropFirst().dropLast()).replacing("''", with: "'"))
            } else {
                segments.append(text)
            }
        }
        guard let version = segments.first?.lowercased(), version == "v1.0" else {
            throw .unknownSegment(segments.first ?? "")
        }
        self.segments = Array(segments.dropFirst())
    }
}
