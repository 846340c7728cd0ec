/// Which messages to list, and what of them.
///
/// The filter begins with `receivedDateTime` and so does the order, or the service answers `InefficientFilter`.
/// Source: user: list messages, "Using $filter and $orderby in the same query".
package struct MessageQuery: Sendable, Equatable {
    /// Received at this moment or later: `2026-11-22T09:30:00Z`, whole seconds, UTC. Nil: from 1900 on.
    package var from: String?
    /// Received at this moment or earlier, same form. Nil: no bound.
    package var until: String?
    /// Properties to ask for; nil asks for all that the service gives by itself. `id` always comes.
    package var select: [String]?
    /// Most messages of a page, 1...1000. A page may hold fewer although more follow.
    package var top: Int
    /// Oldest first. False lists everything without filter and order, where `from` and `until` are nil.
    package var isOrdered: Bool

    package init(
        from: String? = nil, until: String? = nil, select: [String]? = nil, top: Int = 100,
        isOrdered: Bool = true
    ) {
        self.from = from
        self.until = until
        self.select = select
        self.top = top
        self.isOrdered = isOrdered
    }
}

extension MessageQuery {
    /// The query as Graph spells it, encoded.
    ///
    /// - Throws: ``ScopeError/unusableValue(what:reason:)``.
    func text() throws(ScopeError) -> String {
        guard (1...1_000).contains(top) else {
            throw .unusableValue(what: "page size", reason: "it must be between 1 and 1,000")
        }
        var parts: [String] = []
        if isOrdered || from != nil || until != nil {
            var filter = "receivedDateTime ge \(try Self.time(from ?? "1900-01-01T00:00:00Z"))"
            if let until { filter += " and receivedDateTime le \(try Self.time(until))" }
            parts.append("$filter=" + GraphLink.encoded(filter, keeping: ":"))
        }
        if isOrdered { parts.append("$orderby=receivedDateTime%20asc") }
        if let selection = try Self.selection(select) { parts.append(selection) }
        parts.append("$top=\(top)")
        return parts.joined(separator: "&")
    }

    /// `$select=…`, or nil where nothing was chosen.
    static func selection(_ properties: [String]?) throws(ScopeError) -> String? {
        guard let properties else { return nil }
        let isName = { (name: String) in
            !name.isEmpty && name.utf8.count <= 128
                && name.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "/" || $0 == "." || $0 == "_")
                }
        }
        guard !properties.isEmpty, properties.count <= 64, properties.allSatisfy(isName) else {
            throw .unusableValue(what: "selection", reason: "it must be 1 to 64 names of properties")
        }
        return "$select=" + properties.joined(separator: ",")
    }

    /// Whole seconds in UTC, or nothing: this text goes into a filter.
    private static func time(_ text: String) throws(ScopeError) -> String {
        let form = Array("0000-00-00T00:00:00Z".utf8)
        let isTime =
            text.utf8.count == form.count
            && zip(text.utf8, form).allSatisfy { byte, sign in
                sign == UInt8(ascii: "0")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == sign
            }
        guard isTime else {
            throw .unusableValue(what: "time", reason: "it must have the form 2026-11-22T09:30:00Z")
        }
        return text
    }
}
